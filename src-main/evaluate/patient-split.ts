/** A recording as the splitting of data sees it. */
export interface SplitRecord<Id extends string | number = string> {
  readonly recordId: Id;
  /** Whose recording it is; undefined where nobody knows, then it counts as a patient of its own. */
  readonly patientId: string | undefined;
  /** What folds should share evenly: beats by ectopic class (`S`, `V`, `F`), or 1 for a rare trait such as `AF`. */
  readonly balance: Readonly<Record<string, number>>;
}

/** A recording's part in training or in evaluation. */
export interface RecordUse<Id extends string | number = string> {
  readonly recordId: Id;
  readonly patientId: string | undefined;
  /** Beats used, by an id or a sample that tells them apart within the recording. */
  readonly beats: readonly number[];
}

/** What training and evaluation share; each list is empty in a clean split. */
export interface Leak<Id extends string | number = string> {
  readonly patients: readonly string[];
  readonly records: readonly Id[];
  readonly beats: readonly { readonly recordId: Id; readonly beats: readonly number[] }[];
  /** Recordings of unknown patients on either side: for these nobody can exclude a leak by patient. */
  readonly withoutPatient: readonly Id[];
}

/**
 * Divides recordings into folds so that no patient is in two of them and each fold has its share of every balanced
 * count. Greedy: the patient with the largest share of any count goes first, each to the fold where the sum of squared
 * shares rises least (rare traits weigh most, so two patients with AF come apart); then to the fold with fewest records.
 * @returns folds of record ids; deterministic, independent of the order of patients only up to ties.
 * @throws {RangeError} when there are fewer patients than folds, or fewer than two folds.
 */
export function patientFolds<Id extends string | number>(
  records: readonly SplitRecord<Id>[],
  foldCount: number,
): Id[][] {
  const patients = [...Map.groupBy(records, patientKey).values()];
  if (!(Number.isInteger(foldCount) && foldCount >= 2))
    throw new RangeError(`${foldCount} folds, expected a whole number from 2`);
  if (patients.length < foldCount) throw new RangeError(`${patients.length} patients cannot fill ${foldCount} folds`);
  const names = [...new Set(records.flatMap((record) => Object.keys(record.balance)))];
  const amounts = (of: readonly SplitRecord<Id>[]) =>
    names.map((name) => of.reduce((sum, record) => sum + (record.balance[name] ?? 0), 0));
  const totals = amounts(records);
  const waiting = patients
    .map((ofPatient) => ({
      ofPatient,
      shares: amounts(ofPatient).map((amount, i) => (totals[i] > 0 ? amount / totals[i] : 0)),
    }))
    .sort((a, b) => Math.max(0, ...b.shares) - Math.max(0, ...a.shares));
  const folds = Array.from({ length: foldCount }, () => ({ ids: [] as Id[], shares: names.map(() => 0) }));
  for (const [placed, { ofPatient, shares }] of waiting.entries()) {
    const empty = folds.filter((fold) => fold.ids.length === 0);
    // The last patients fill what is still empty: a fold without a patient would evaluate nothing.
    const open = waiting.length - placed <= empty.length ? empty : folds;
    const rise = (fold: (typeof folds)[number]) => fold.shares.reduce((sum, had, i) => sum + had * shares[i], 0);
    const best = open.reduce((a, b) => ((rise(b) - rise(a) || b.ids.length - a.ids.length) < 0 ? b : a));
    best.ids.push(...ofPatient.map((record) => record.recordId));
    best.shares = best.shares.map((had, i) => had + shares[i]);
  }
  return folds.map((fold) => fold.ids);
}

/** Beats, recordings and patients that are in training and in evaluation both. */
export function findLeak<Id extends string | number>(
  training: readonly RecordUse<Id>[],
  evaluation: readonly RecordUse<Id>[],
): Leak<Id> {
  const common = <Value>(valuesOf: (uses: readonly RecordUse<Id>[]) => readonly Value[]) => [
    ...new Set(valuesOf(training)).intersection(new Set(valuesOf(evaluation))),
  ];
  const records = common((uses) => uses.map((use) => use.recordId));
  const beats = records.map((recordId) => ({
    recordId,
    beats: common((uses) => uses.filter((use) => use.recordId === recordId).flatMap((use) => use.beats)),
  }));
  return {
    patients: common((uses) => uses.map((use) => use.patientId)).filter((patient) => patient !== undefined),
    records,
    beats: beats.filter((use) => use.beats.length > 0),
    withoutPatient: [
      ...new Set([...training, ...evaluation].filter((use) => use.patientId === undefined).map((use) => use.recordId)),
    ],
  };
}

/** Whether the two sides share anything. */
export const hasLeak = (leak: Leak<string | number>): boolean => leak.patients.length > 0 || leak.records.length > 0;

const patientKey = (record: SplitRecord<string | number>): string =>
  record.patientId === undefined ? `record ${record.recordId}` : `patient ${record.patientId}`;
