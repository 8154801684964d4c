import type { JobKind, JobProgress } from '../../src-main/contract/jobs.ts';
import { durationOf } from './numbers.ts';

/** Sentences of the frame around the screens. */
export const shellText = {
  program: 'RhythmAttention',
  places: {
    library: 'Library',
    review: 'Review',
    train: 'Retrain',
    evaluate: 'Evaluate',
    report: 'Report',
    settings: 'Settings',
  },
  placesName: 'Places',
  help: 'Keys and help',
  toDark: 'Dark',
  toLight: 'Light',
  themeName: 'Change between light and dark',
  model: 'Model',
  noModel: 'none',
  modelHint: 'The model whose predictions are shown. Go to its versions.',
  offline: 'Offline',
  offlineHint: 'Nothing leaves this computer: the program asks no network for anything.',
  connecting: 'Starting',
  lost: 'No connection to the program',
  lostHint: 'The program does not answer. What was saved is safe; editing waits until it answers again.',
  reader: 'Reader',
  noReader: 'not named',
  readerHint: 'Initials are stored with every change. Go to Settings.',
  statusName: 'Status',
  dismiss: 'Dismiss',
  copyDetails: 'Copy details',
  detailsCopied: 'Details copied.',
  dropHere: 'Drop recordings to import them',
  dropEmpty: 'What was dropped holds no file that could be a recording. Nothing was imported.',
  dropHint: 'Files or whole folders. Originals are read, never written.',

  commands: {
    group: 'Go to',
    goTo: (place: string) => `Go to ${place}`,
    palette: 'Find any command',
    keys: 'Show the keys',
    theme: 'Change between light and dark',
    nextRegion: 'Next region of the window',
    previousRegion: 'Previous region of the window',
    undo: 'Undo',
    redo: 'Redo',
    background: 'Show background work',
    history: 'Steps',
  },
  paletteName: 'Commands',
  palettePlaceholder: 'Type a command',
  paletteEmpty: 'No command is called that.',

  keysTitle: 'Keys',
  keysFind: 'Find a key or a command',
  keysEmpty: 'No key or command is called that.',
  keysClose: 'Close',
  singleKeys: 'Single-letter keys',
  singleKeysHint: 'Off: letters without Ctrl or Alt do nothing.',

  nothingToUndo: 'There is nothing to undo.',
  nothingToRedo: 'There is nothing to redo.',
  unexpected: 'Something went wrong in the program. What was saved is safe. Try again.',
  unreachable: 'The program does not answer. What was saved is safe. Try again when it answers.',
  logNumber: (logId: string) => `log ${logId}`,
  jobFailed: (kind: JobKind, subject: string, sentence: string) =>
    `${jobWords[kind]}, ${subject}: failed. ${sentence}`.trim(),
  jobDone: (kind: JobKind, subject: string, sentence: string) =>
    `${jobWords[kind]}, ${subject}: ${sentence || 'done'}`.replace(/([^.!?])$/, '$1.'),
  jobCancelled: (kind: JobKind, subject: string) =>
    `${jobWords[kind]}, ${subject}: cancelled. What was complete is kept.`,
  displayChanged: 'Display or zoom has changed: the scale is not measured here.',

  background: 'Background work',
  backgroundHint: 'Reviewing can go on meanwhile.',
  backgroundCount: (count: number, first: string) => (count === 1 ? first : `${first}, ${count - 1} more`),
  recentWork: 'Ended since the start',
  jobStates: { waiting: 'waiting', running: 'running', done: 'done', failed: 'failed', cancelled: 'cancelled' },
  cancel: 'Cancel',
  cancelAll: 'Cancel all',
};

export const jobWords: Readonly<Record<JobKind, string>> = {
  import: 'Import',
  demo: 'Demo record',
  detect: 'Find beats',
  quality: 'Look at signal quality',
  predict: 'Classify beats',
  'fine-tune': 'Retrain',
  train: 'Train',
  evaluate: 'Evaluate',
  report: 'Report',
  export: 'Export',
  check: 'Check explanations',
  devices: 'Try the devices',
};

/** What is being done, how fast and how long it still takes, as far as they are known. */
export const progressWords = ({ doing, rate, secondsLeft }: JobProgress): string =>
  [doing, rate, secondsLeft === null ? null : `${durationOf(secondsLeft)} left`].filter(Boolean).join(' · ');
