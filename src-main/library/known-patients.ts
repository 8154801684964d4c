/**
 * Recordings of public databases that are known to be of one patient under two names, by signal hash.
 * MIT-BIH Arrhythmia Database: 201 and 202 (its record notes say so). Without this a split by patient would leak.
 */
const known: ReadonlyMap<string, string> = new Map([
  ['665d938e540be968797c556831441dabb4dd632f7ade9a9886674bb2a85b3250', '201 and 202'],
  ['0e31f442dbccab7a86e791a5c3f686f507b62da73a4043a1d64ea3f63b8af44e', '201 and 202'],
]);

/** The patient a newly imported recording is filed under, until the reader says otherwise. */
export const patientOf = (signalHash: string, recordName: string): string => known.get(signalHash) ?? recordName;
