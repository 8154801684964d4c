/** What a record can be written as: `samples` is its signals as CSV, `csv` and `json` are its beats. */
export const exportFormats = ['wfdb', 'edf', 'bdf', 'samples', 'csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];
