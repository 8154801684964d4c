/** Files of one folder; they are imported together, as the files of one record belong together. */
export interface FileBatch {
  /** The folder's path below what was dropped or chosen; empty for loose files. */
  readonly folder: string;
  readonly files: readonly File[];
}

/** What lies beside recordings in public data sets and is none; never sent. */
const besideRecordings = new Set([
  ...['html', 'htm', 'pdf', 'txt', 'md', 'png', 'jpg', 'jpeg', 'gif', 'svg', 'zip', 'gz', 'tar', 'xws', 'ini', 'db'],
]);
const extensionOf = (name: string) => (name.includes('.') ? name.split('.').at(-1)!.toLowerCase() : '');
/** A table of numbers that may be a recording. */
export const isTable = (name: string) => ['csv', 'tsv'].includes(extensionOf(name));
export const isWfdbHeader = (name: string) => extensionOf(name) === 'hea';
const isHidden = (name: string) => name.startsWith('.');

/** Sorts files into one batch a folder. A folder with WFDB headers gives only what can belong to a record. */
export function batchesOf(files: readonly { readonly folder: string; readonly file: File }[]): FileBatch[] {
  const folders = Map.groupBy(
    files.filter(({ file }) => !isHidden(file.name)),
    ({ folder }) => folder,
  );
  return [...folders]
    .map(([folder, held]) => {
      const all = held.map(({ file }) => file);
      const hasHeaders = folder !== '' && all.some((file) => isWfdbHeader(file.name));
      const files = hasHeaders ? all.filter((file) => mayBelong(file.name)) : all;
      return { folder, files };
    })
    .filter((batch) => batch.files.length > 0);
}

const mayBelong = (name: string) => extensionOf(name) !== '' && !besideRecordings.has(extensionOf(name));

/** Files that were chosen in a dialog; a chosen folder names each file's place in it. */
export const chosenFiles = (list: FileList): FileBatch[] =>
  batchesOf([...list].map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') })));

/**
 * Files that were dropped, those of dropped folders included. Must be called while the drop is handled:
 * afterwards the browser has forgotten what was dropped.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<FileBatch[]> {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const found = items.map((item) => {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry) return filesBelow(entry, '');
    return Promise.resolve(file ? [{ folder: '', file }] : []);
  });
  return batchesOf((await Promise.all(found)).flat());
}

async function filesBelow(entry: FileSystemEntry, folder: string): Promise<{ folder: string; file: File }[]> {
  if (isFile(entry)) return [{ folder, file: await new Promise<File>((take, fail) => entry.file(take, fail)) }];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const below = folder ? `${folder}/${entry.name}` : entry.name;
  const found: { folder: string; file: File }[] = [];
  // A reader gives at most a hundred entries a call, and none when it has given all.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail));
    if (entries.length === 0) return found;
    found.push(...(await Promise.all(entries.map((each) => filesBelow(each, below)))).flat());
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
