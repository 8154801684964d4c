import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JobHandlers } from '../../contract/jobs.ts';
import type { ReportPreview } from '../../contract/reports.ts';
import type { LibraryJobs } from '../../library/jobs.ts';
import type { EvaluationJobs } from '../../review/evaluation/jobs.ts';
import type { ReviewJobs } from '../../review/jobs.ts';
import type { TrainingJobs } from '../../training/jobs.ts';
import { rowTrainingFiles } from '../../training/train-rows.ts';
import type { RowFigures } from '../row-model/row-report.ts';
import { EngineLane } from './engine-lane.ts';
import type { WorkingDevices } from './working-device.ts';
import type { ImportedKeras } from '../jobs/import-keras.ts';
import type { MeasuredProtocol, ProtocolRequest } from '../jobs/run-protocol.ts';
import type { ReportRequest } from '../jobs/make-report.ts';
import type { EvaluateRowsRequest, ScoredRows, ScoreRowsRequest } from '../jobs/training/score-rows.ts';
import type { RebuildRowsRequest, RebuiltRowFiles } from '../jobs/rebuild-rows.ts';

/** Everything the program asks of the engine, each on the lane where it is in nobody's way. */
export interface EngineUses {
  readonly library: LibraryJobs;
  readonly review: ReviewJobs;
  readonly evaluation: EvaluationJobs;
  readonly training: TrainingJobs;
  readonly reports: {
    preview(request: ReportRequest): Promise<ReportPreview>;
    write(request: ReportRequest & { path: string }, handlers: JobHandlers): Promise<{ pages: number }>;
  };
  scoreRows(request: ScoreRowsRequest, handlers: JobHandlers): Promise<ScoredRows>;
  evaluateRows(request: EvaluateRowsRequest, handlers: JobHandlers): Promise<RowFigures>;
  importKeras(request: { readonly path: string }, handlers: JobHandlers): Promise<ImportedKeras>;
  rebuildRows(request: RebuildRowsRequest, handlers: JobHandlers): Promise<RebuiltRowFiles>;
  runProtocol(request: ProtocolRequest, handlers: JobHandlers): Promise<MeasuredProtocol>;
  exportOnnx(request: { modelHash: string }): Promise<{ onnx: Uint8Array }>;
  /** Of the engine processes that run now. */
  processIds(): number[];
  close(): void;
}

export function engineUses(
  workspaceFolder: string,
  devices: WorkingDevices,
  onLog: (line: string) => void,
): EngineUses {
  const lane = (atOnce: number) => new EngineLane(workspaceFolder, devices, atOnce, onLog);
  const answers = lane(4); // what a reader waits for: blend, queue, explanation, page preview
  const work = lane(1); // import, detection, prediction, export, PDF
  const training = lane(1); // minutes long; never before anything else
  return {
    library: {
      importRecord: (request, handlers) => work.run('importRecord', request, handlers),
      simulateRecord: (request, handlers) => work.run('simulateRecord', request, handlers),
      detectBeats: (request, handlers) => work.run('detectBeats', request, handlers),
      measureQuality: (request, handlers) => work.run('measureQuality', request, handlers),
      exportRecord: (request, handlers) => work.run('exportRecord', request, handlers),
    },
    review: {
      predict: (request, { onAgain, ...handlers }) =>
        work.run('predict', request, {
          ...handlers,
          onAgain: () => {
            onAgain();
            return request;
          },
        }),
      blend: (request) => answers.run('blend', request),
      queue: (request) => answers.run('queue', request),
      delineate: (request) => answers.run('delineateBeat', request),
      explain: (request, { signal }) => answers.run('explain', request, { signal, letsGo: true }),
      checkExplanations: (request, handlers) => training.run('checkExplanations', request, handlers),
    },
    evaluation: {
      annotators: () => answers.run('listAnnotators', {}),
      compare: (request) => answers.run('compareLabels', request),
      beats: (request) => answers.run('cellBeats', request),
      agreement: (request) => answers.run('labelAgreement', request),
      disagreements: (request) => answers.run('labelDisagreements', request),
    },
    training: {
      fineTune: (request, { onNews, ...handlers }) =>
        training.run('fineTune', request, { ...handlers, onBatch: onNews }),
      trainRecords: (request, { onNews, ...handlers }) => {
        let { checkpoint } = request;
        return training.run('trainRecords', request, {
          ...handlers,
          onBatch: (news) => {
            if ('checkpoint' in news) checkpoint = news.checkpoint;
            onNews(news);
          },
          onAgain: () => ({ ...request, checkpoint }),
        });
      },
      trainRows: (request, { onNews, ...handlers }) =>
        training.run('trainRows', request, {
          ...handlers,
          onBatch: onNews,
          onAgain: () => ({ ...request, resume: existsSync(join(request.outFolder, rowTrainingFiles.checkpoint)) }),
        }),
      evaluate: (request, handlers) => training.run('evaluate', request, handlers),
      doubtful: (request) => answers.run('doubtful', request),
    },
    reports: {
      preview: (request) => answers.run('previewReport', request),
      write: (request, handlers) => work.run('writeReport', request, handlers),
    },
    scoreRows: (request, handlers) => training.run('scoreRows', request, handlers),
    evaluateRows: (request, handlers) => work.run('evaluateRows', request, handlers),
    importKeras: (request, handlers) => work.run('importKeras', request, handlers),
    rebuildRows: (request, handlers) => work.run('rebuildRows', request, handlers),
    runProtocol: (request, handlers) => training.run('runProtocol', request, handlers),
    exportOnnx: (request) => answers.run('exportOnnx', request),
    processIds: () => [answers, work, training].map(({ processId }) => processId).filter((pid) => pid !== undefined),
    close: () => [answers, work, training].forEach((one) => one.close()),
  };
}
