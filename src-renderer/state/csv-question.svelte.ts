import { type CsvGiven, type CsvTable, type CsvUnit } from '../../src-main/domain/csv-table.ts';

/** What a column of a CSV file is read as. */
export type CsvRole = 'lead' | 'time' | 'nothing';

/** What the reader is asked of a CSV file before it is imported; its own first lines give the answers to begin with. */
export class CsvQuestion {
  readonly file: string;
  /** Files of the same import that are read in the same way. */
  readonly others: number;
  readonly table: CsvTable;
  readonly #answer: (given: CsvGiven | undefined) => void;
  #roles = $state.raw<readonly CsvRole[]>([]);
  #names = $state.raw<readonly string[]>([]);
  #rate = $state('');
  #unit = $state<CsvUnit>('mV');
  #stepsPerMv = $state('');
  #wasTried = $state(false);

  /** @param answer  takes what was chosen; undefined where the file is not to be imported. */
  constructor(file: string, others: number, table: CsvTable, answer: (given: CsvGiven | undefined) => void) {
    const { suggested, columns } = table;
    this.file = file;
    this.others = others;
    this.table = table;
    this.#answer = answer;
    this.#roles = columns.map((_, column) =>
      column === suggested.time?.column
        ? 'time'
        : suggested.leads.some((lead) => lead.column === column)
          ? 'lead'
          : 'nothing',
    );
    this.#names = columns.map(
      ({ name }, column) => suggested.leads.find((lead) => lead.column === column)?.name ?? name,
    );
    this.#rate = suggested.samplingHz === undefined ? '' : String(suggested.samplingHz);
    this.#unit = suggested.unit;
  }

  readonly leadColumns: readonly number[] = $derived(
    this.#roles.flatMap((role, column) => (role === 'lead' ? [column] : [])),
  );
  readonly isRateWrong = $derived(!isAbove0(this.#rate));
  readonly isGainWrong = $derived(
    this.#unit === 'steps' && this.#stepsPerMv.trim() !== '' && !isAbove0(this.#stepsPerMv),
  );
  readonly lacksLeads = $derived(this.leadColumns.length === 0);
  readonly lacksNames = $derived(this.leadColumns.some((column) => this.#names[column].trim() === ''));
  readonly canImport = $derived(!this.isRateWrong && !this.isGainWrong && !this.lacksLeads && !this.lacksNames);

  get rate() {
    return this.#rate;
  }
  set rate(rate: string) {
    this.#rate = rate;
  }
  get unit() {
    return this.#unit;
  }
  set unit(unit: CsvUnit) {
    this.#unit = unit;
  }
  get stepsPerMv() {
    return this.#stepsPerMv;
  }
  set stepsPerMv(steps: string) {
    this.#stepsPerMv = steps;
  }
  /** Whether an import was asked for that could not be begun: then what is wrong is shown. */
  get wasTried() {
    return this.#wasTried;
  }
  roleOf = (column: number): CsvRole => this.#roles[column];
  nameOf = (column: number): string => this.#names[column];

  /** There is one time column at most: another one becomes nothing. */
  read = (column: number, as: CsvRole) => {
    this.#roles = this.#roles.map((role, c) =>
      c === column ? as : as === 'time' && role === 'time' ? 'nothing' : role,
    );
  };
  name = (column: number, name: string) => {
    this.#names = this.#names.with(column, name);
  };

  accept = () => {
    this.#wasTried = true;
    if (!this.canImport) return;
    const time = this.#roles.indexOf('time');
    this.#answer({
      samplingHz: numberOf(this.#rate),
      timeColumn: time < 0 ? null : time,
      leadColumns: this.leadColumns,
      leadNames: this.leadColumns.map((column) => this.#names[column].trim()),
      unit: this.#unit,
      ...(this.#unit === 'steps' && this.#stepsPerMv.trim() !== '' ? { stepsPerMv: numberOf(this.#stepsPerMv) } : {}),
    });
  };
  decline = () => this.#answer(undefined);
}

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text.trim().replace(',', '.')));
const isAbove0 = (text: string): boolean => numberOf(text) > 0 && Number.isFinite(numberOf(text));
