import type { RecordSummary } from '../../../src-main/contract/records.ts';
import { type BeatClass, beatClasses } from '../../../src-main/domain/beat-class.ts';
import type { RecordId } from '../../../src-main/domain/record.ts';
import type { Session } from '../../state/session.svelte.ts';
import type { SortDirection } from '../../ui/sort-direction.ts';
import {
  confirmedShare,
  labelledShare,
  notNShare,
  type RecordStatus,
  type StatusKind,
  statusKinds,
  statusOf,
} from './record-status.ts';

export type Column =
  | 'name'
  | 'leads'
  | 'length'
  | 'beats'
  | BeatClass
  | 'notN'
  | 'labelled'
  | 'confirmed'
  | 'changed'
  | 'forLater'
  | 'status';

/** One line of the table. */
export interface Row {
  readonly record: RecordSummary;
  readonly status: RecordStatus;
}

/** What a column sorts by; null is unknown and stands last either way. */
const keyOf: Readonly<Record<Column, (row: Row) => string | number | null>> = {
  name: ({ record }) => record.name,
  leads: ({ record }) => record.leadNames.join(),
  length: ({ record }) => record.lengthSamples / record.samplingHz,
  beats: ({ record }) => (record.positionsFrom === null ? null : record.beats),
  ...(Object.fromEntries(
    beatClasses.map((beatClass) => [
      beatClass,
      ({ record }: Row) => (record.labelled === 0 ? null : record.beatsByClass[beatClass]),
    ]),
  ) as Record<BeatClass, (row: Row) => number | null>),
  notN: ({ record }) => notNShare(record),
  labelled: ({ record }) => labelledShare(record),
  confirmed: ({ record }) => confirmedShare(record),
  changed: ({ record }) => record.changed,
  forLater: ({ record }) => record.forLater,
  status: ({ status }) => statusKinds.indexOf(status.kind),
};

const byName = new Intl.Collator('en', { numeric: true });
const compare = (a: string | number, b: string | number) =>
  typeof a === 'string' || typeof b === 'string' ? byName.compare(String(a), String(b)) : a - b;

/** Rows in the order of one column; equal ones by name. */
export function sortRows(rows: readonly Row[], column: Column, direction: SortDirection): Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [keyA, keyB] = [keyOf[column](a), keyOf[column](b)];
    const byKey =
      keyA === null || keyB === null ? Number(keyA === null) - Number(keyB === null) : sign * compare(keyA, keyB);
    return byKey || byName.compare(a.record.name, b.record.name);
  });
}

/** The table of records: its order, what it shows, and which records a batch acts on. */
export class Library {
  readonly #session: Session;
  #column = $state<Column>('name');
  #direction = $state<SortDirection>('ascending');
  #sought = $state('');
  #status = $state<StatusKind | 'all'>('all');
  #checkedIds = $state.raw<readonly RecordId[]>([]);
  #anchor: RecordId | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  readonly rows: readonly Row[] = $derived.by(() => {
    const jobs = this.#session.jobs.all;
    const sought = this.#sought.trim().toLowerCase();
    const rows = this.#session.records
      .map((record) => ({ record, status: statusOf(record, jobs) }))
      .filter(({ record }) => `${record.name} ${record.patient}`.toLowerCase().includes(sought))
      .filter(({ status }) => this.#status === 'all' || status.kind === this.#status);
    return sortRows(rows, this.#column, this.#direction);
  });
  /** Records that were ticked and are shown. */
  readonly checked: readonly RecordSummary[] = $derived(
    this.rows.map(({ record }) => record).filter(({ recordId }) => this.#checkedIds.includes(recordId)),
  );
  readonly isFiltered = $derived(this.#sought.trim() !== '' || this.#status !== 'all');

  get column() {
    return this.#column;
  }
  get direction() {
    return this.#direction;
  }
  get sought() {
    return this.#sought;
  }
  set sought(sought: string) {
    this.#sought = sought;
  }
  get status() {
    return this.#status;
  }
  /** What a command acts on: the ticked records, else the current one. */
  get acted(): readonly RecordSummary[] {
    if (this.checked.length > 0) return this.checked;
    return this.#session.record ? [this.#session.record] : [];
  }

  /** Sorts by a column, and the other way round when it was sorted by it. Numbers start with the largest. */
  sortBy = (column: Column) => {
    const startsDescending = !['name', 'leads', 'status'].includes(column);
    if (column === this.#column) this.#direction = this.#direction === 'ascending' ? 'descending' : 'ascending';
    else this.#direction = startsDescending ? 'descending' : 'ascending';
    this.#column = column;
  };
  showStatus = (status: StatusKind | 'all') => {
    this.#status = status;
  };
  showAll = () => {
    this.#sought = '';
    this.#status = 'all';
  };

  isChecked = (recordId: RecordId) => this.#checkedIds.includes(recordId);
  check = (recordId: RecordId, isChecked: boolean) => {
    const others = this.#checkedIds.filter((id) => id !== recordId);
    this.#checkedIds = isChecked ? [...others, recordId] : others;
    this.#anchor = recordId;
  };
  /** Ticks all rows between the one ticked last and this one. */
  checkTo = (recordId: RecordId) => {
    const ids = this.rows.map(({ record }) => record.recordId);
    const from = this.#anchor === undefined ? -1 : ids.indexOf(this.#anchor);
    const to = ids.indexOf(recordId);
    const between = from < 0 ? [recordId] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#checkedIds = [...this.#checkedIds.filter((id) => !between.includes(id)), ...between];
  };
  checkAll = (isChecked: boolean) => {
    this.#checkedIds = isChecked ? this.rows.map(({ record }) => record.recordId) : [];
  };

  /** Makes the row so many lines away the current record, stopping at the ends. */
  moveBy = (lines: number) => {
    const ids = this.rows.map(({ record }) => record.recordId);
    if (ids.length === 0) return;
    const at = ids.indexOf(this.#session.recordId as RecordId);
    const to = at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + lines));
    this.#session.openRecord(ids[to]);
  };
}
