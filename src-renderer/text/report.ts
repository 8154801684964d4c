import { countOf } from './numbers.ts';

export const reportText = {
  group: 'Report',
  screenName: 'Report preview',
  record: 'Record',
  pages: (count: number) => (count === 1 ? 'Report preview, 1 page' : `Report preview, ${count} pages`),
  noRecord: 'No record chosen',
  noRecordHint: 'A report is about one record.',
  toLibrary: 'Choose a record',
  noBeats: 'This record has no beats yet: there is nothing to report.',
  making: 'Drawing the pages',
  simulated: 'Simulated record',
  page: (page: number) => `Page ${page}`,
  pageLabel: (page: number, all: number) => `Page ${page} of ${all}`,
  pageList: 'Pages',
  previous: 'Previous',
  nextPage: 'Next',
  zoom: 'Page size',
  zooms: { height: 'Fit height', width: 'Fit width', size: 'True size' },
  zoomSizeUnmeasured: 'True size (scale not measured)',

  contents: 'Contents',
  sections: {
    trend: 'RR and burden charts',
    hourly: 'Table by interval',
    strips: 'Strips',
    definitions: 'Definitions and limits',
  },
  map: 'Class map',
  maps: { literature: 'Literature', ec57: 'EC57' },
  mapHint: 'Escape beats count as N in the literature map and as S or V in the EC57 map.',
  identity: 'Identity',
  patientLine: 'Line about the patient',
  patientLineHint: 'Printed as it stands; empty: the pseudonym of the library. Kept on this computer.',
  reader: 'Reader',
  readerNone: 'not named',

  status: 'Status',
  draft: (count: number) =>
    `Draft: ${countOf(count)} ${count === 1 ? 'beat' : 'beats'} of class S, V, F or Q ${
      count === 1 ? 'carries' : 'carry'
    } only the model’s label. It can be written as a draft.`,
  final: 'Every S, V, F and Q beat was confirmed by a person: no draft mark.',
  next: 'Go to the next of them',
  nextNone: 'No such beat is left.',

  write: 'Write PDF',
  writeDraft: 'Write PDF draft',
  writing: 'Writing',
  cancel: 'Cancel',
  written: 'Open the PDF',
  writtenTo: (path: string) => `Written to ${path}`,

  commands: {
    write: 'Write the report as PDF',
    next: 'Go to the next beat nobody has confirmed',
    nextPage: 'Next page',
    previousPage: 'Previous page',
    open: 'Open the written PDF',
  },
  hints: { write: 'write PDF', page: 'page', review: 'Review', keys: 'all keys' },
};
