/** So long may one piece of a long work keep the program from looking after its readers. */
const mostMs = 6;

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Does a long work in pieces, each as large as a few milliseconds allow, with a pause after each in which the program
 * answers its readers.
 * @param rows  how many there are, in order.
 * @param act   does the rows `[from, to)`.
 */
export async function inSlices(rows: number, act: (from: number, to: number) => void, firstRows = 64): Promise<void> {
  let perSlice = firstRows;
  for (let from = 0; from < rows;) {
    const to = Math.min(rows, from + perSlice);
    const startMs = performance.now();
    act(from, to);
    const ms = performance.now() - startMs;
    perSlice = Math.max(16, Math.min(2 * perSlice, Math.floor((perSlice * mostMs) / Math.max(ms, 0.1))));
    from = to;
    await breath();
  }
}

/**
 * Reads columns of equal length piece by piece until a piece has no row, with a pause after each, and joins them:
 * arrays and texts end to end, anything else as the last piece has it.
 * @param next    the piece behind what was read so far.
 * @param rowsOf  how many rows a piece has.
 */
export async function readColumns<Columns extends object>(
  next: (last: Columns | undefined, limit: number) => Columns,
  rowsOf: (piece: Columns) => number,
): Promise<Columns> {
  const pieces: Columns[] = [];
  let limit = 256;
  for (;;) {
    const startMs = performance.now();
    const piece = next(pieces.at(-1), limit);
    pieces.push(piece);
    if (rowsOf(piece) === 0) return joined(pieces);
    const ms = performance.now() - startMs;
    limit = Math.max(64, Math.min(2 * limit, Math.floor((limit * mostMs) / Math.max(ms, 0.1))));
    await breath();
  }
}

type Column = Int32Array | Uint8Array | Float32Array;
const isColumn = (value: unknown): value is Column => ArrayBuffer.isView(value);

function joined<Columns extends object>(pieces: readonly Columns[]): Columns {
  const columnsOf = (name: string) => pieces.map((piece) => (piece as Record<string, unknown>)[name]);
  const whole = Object.entries(pieces[pieces.length - 1]).map(([name, last]: [string, unknown]) => {
    if (typeof last === 'string') return [name, columnsOf(name).join('')] as const;
    return [name, isColumn(last) ? endToEnd(columnsOf(name) as Column[], last) : last] as const;
  });
  return Object.fromEntries(whole) as Columns;
}

/** @param of  an array of the same kind. */
function endToEnd(parts: readonly Column[], of: Column): Column {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new (of.constructor as new (length: number) => Column)(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
