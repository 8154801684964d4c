import type { ReportPreview, ReportSections } from '../../contract/reports.ts';
import type { ClassMapName } from '../../domain/beat-class.ts';
import { beatClasses, reviewClassMap } from '../../domain/beat-class.ts';
import { isEcgLead, physicalOf, type RecordId } from '../../domain/record.ts';
import { buildReport, type ReportDocument } from '../../report/build-report.ts';
import { writePdf } from '../../report/pdf.ts';
import { type ReportModelSource, standardLimits } from '../../report/report-input.ts';
import { findGaps } from '../../report/statistics/gap-stretches.ts';
import { annotationSetsOf } from '../../store/annotation-sets.ts';
import { beatsOf } from '../../store/beats.ts';
import { openWorkspaceReadOnly } from '../../store/database.ts';
import { episodesOf } from '../../store/episodes.ts';
import { modelsOf } from '../../store/models.ts';
import { recordsOf, type StoredRecord } from '../../store/records.ts';
import { openSignal } from '../../store/signal-reader.ts';
import type { ReadDb } from '../../store/table-group.ts';
import { cardOf } from '../../training/model-card.ts';
import { pseudonymOf } from '../../library/de-identify.ts';
import { measureIntervals } from './measure-intervals.ts';
import type { EngineJob } from '../supervision/messages.ts';

export interface ReportRequest {
  readonly recordId: RecordId;
  readonly sections: ReportSections;
  readonly map: ClassMapName;
  readonly readerInitials: string;
  /** What stands for the patient; empty: the pseudonym of the library. */
  readonly patientLine: string;
  /** `2026-03-01T14:05`, local time. */
  readonly madeAt: string;
  readonly programVersion: string;
  /** Whether a pseudonym stands for patient, record and files. */
  readonly deIdentify?: boolean | undefined;
}

export const previewReport: EngineJob<ReportRequest, never, ReportPreview> = async (request, context) => {
  const { pages, facts } = makeReport(request, context.workspaceFolder);
  return { pages, isDraft: facts.isDraft, unconfirmed: facts.review.toConfirm };
};

export const writeReport: EngineJob<ReportRequest & { path: string }, never, { pages: number }> = async (
  request,
  context,
) => {
  context.progress({ fraction: 0, doing: 'counting beats', rate: null, secondsLeft: null });
  const document = makeReport(request, context.workspaceFolder);
  await writePdf(document, request.path, {
    signal: context.signal,
    onProgress: ({ page, pages }) =>
      context.progress({ fraction: page / pages, doing: `writing page ${page}`, rate: null, secondsLeft: null }),
  });
  return { pages: document.pages.length };
};

function makeReport(request: ReportRequest, workspaceFolder: string): ReportDocument {
  const { db, close } = openWorkspaceReadOnly(workspaceFolder);
  try {
    const record = recordsOf(db).byId(request.recordId);
    if (!record) throw new RangeError('This record is no longer in the library.');
    const signal = openSignal(workspaceFolder, record.signalHash);
    try {
      const { header } = record;
      const isMeasured = episodesOf(db).seconds(record.recordId).length > 0;
      const pseudonym = request.deIdentify ? pseudonymOf(record.signalHash) : undefined;
      const readSamples = (lead: number, fromSample: number, toSample: number) =>
        physicalOf(signal.samples(lead, fromSample, toSample), header.leads[lead]);
      const detector =
        record.seededFromSet === null ? undefined : annotationSetsOf(db).byId(record.seededFromSet)?.annotator;
      const gaps = findGaps(readSamples, header);
      const beats = beatsOf(db).table(record.recordId, request.map);
      const episodes = episodesOf(db).ofRecord(record.recordId);
      return buildReport({
        patient: { pseudonym: pseudonym ?? (request.patientLine || record.patient) },
        record: {
          name: pseudonym ?? header.name,
          leads: header.leads.map((lead) => ({
            name: lead.name,
            stepsPerMv: lead.isCalibrated ? lead.gain : null,
            isEcg: isEcgLead(lead),
          })),
          samplingHz: header.samplingHz,
          lengthSamples: header.lengthSamples,
          startDate: null, // dates identify patients; they are not taken into the workspace
          startOfDayS: null,
          sourceFile: pseudonym ?? record.source.files[0]?.name ?? header.name,
          checksum: record.source.checksumsVerified ? 'matches' : 'none',
          isSimulated: record.isSimulated,
          gaps,
          episodes: isMeasured ? episodes : null,
        },
        beats,
        intervals: measureIntervals(signal, beats, gaps, episodes),
        readSamples,
        detector: detector ? `${detector.name} ${detector.version}`.trim() : null,
        model: modelSource(db, record),
        classMap: request.map,
        readerInitials: request.readerInitials,
        madeAt: request.madeAt,
        programVersion: request.programVersion,
        sections: request.sections,
        isFinal: true,
        requestedStrips: [],
        limits: standardLimits,
      });
    } finally {
      signal.close();
    }
  } finally {
    close();
  }
}

/** The model whose predictions the record shows, with the figures of its card. */
function modelSource(db: ReadDb, record: StoredRecord): ReportModelSource | null {
  const listed = recordsOf(db)
    .list(reviewClassMap)
    .find(({ recordId }) => recordId === record.recordId);
  const model = listed?.modelHash ? modelsOf(db).byHash(listed.modelHash) : undefined;
  if (!model) return null;
  const { figures, classes } = cardOf(model.card);
  return {
    ...{ name: model.name, version: model.version, hash: model.hash },
    classes: classes ?? beatClasses,
    cardFigures: figures?.rows ?? [],
    cardSource: figures?.source ?? 'no figures on its card',
  };
}
