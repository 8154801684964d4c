import { blend, queue } from './blend.ts';
import { delineateBeat } from './delineate-beats.ts';
import { detectBeats } from './detect-beats.ts';
import { checkExplanations, explain } from './explain.ts';
import { cellBeats, compareLabels, labelAgreement, labelDisagreements, listAnnotators } from './evaluation.ts';
import { exportOnnx } from './export-onnx.ts';
import { exportRecord } from './export-record.ts';
import { fineTune } from './training/fine-tune.ts';
import { importKeras } from './import-keras.ts';
import { importRecord } from './import-record.ts';
import { runProtocol } from './run-protocol.ts';
import { measureQuality } from './measure-quality.ts';
import { previewReport, writeReport } from './make-report.ts';
import { doubtful, evaluate, predict } from './predict.ts';
import { rebuildRows } from './rebuild-rows.ts';
import { simulateRecord } from './simulate-record.ts';
import { trainRecords } from './training/train-records.ts';
import { evaluateRows, scoreRows } from './training/score-rows.ts';
import { trainRows } from './training/train-rows.ts';
import { listDevices, tryDevice } from './try-device.ts';

/** Everything the engine process can be asked; each takes a request and a context and posts what it finds. */
export const engineJobs = {
  importRecord,
  simulateRecord,
  detectBeats,
  delineateBeat,
  measureQuality,
  exportRecord,
  predict,
  evaluate,
  doubtful,
  blend,
  queue,
  explain,
  checkExplanations,
  listAnnotators,
  compareLabels,
  cellBeats,
  labelAgreement,
  labelDisagreements,
  fineTune,
  importKeras,
  rebuildRows,
  runProtocol,
  trainRows,
  scoreRows,
  evaluateRows,
  trainRecords,
  exportOnnx,
  previewReport,
  writeReport,
  listDevices,
  tryDevice,
} as const;
