import { csvUnits, type CsvGiven } from '../../domain/csv-table.ts';
import { CommandRefused } from './output.ts';

/** What `rhythm import` may say of CSV files. */
export interface CsvOptions {
  readonly rate?: string;
  readonly timeColumn?: string;
  readonly columns?: string;
  readonly leads?: string;
  readonly unit?: string;
  readonly stepsPerMv?: string;
}

/** What the options say of CSV files; undefined where they say nothing. */
export function csvGiven(options: CsvOptions): CsvGiven | undefined {
  const refuse = (option: string, expected: string): never => {
    throw new CommandRefused('bad-usage', `${option} is ${expected}.`);
  };
  const above0 = (text: string | undefined, option: string): number | undefined =>
    text === undefined ? undefined : Number(text) > 0 ? Number(text) : refuse(option, `a number above 0, not ${text}`);
  const column = (text: string, option: string): number =>
    /^[1-9]\d*$/.test(text) ? Number(text) - 1 : refuse(option, `a column counted from 1, not ${text}`);
  const { rate, timeColumn, columns, leads, unit, stepsPerMv } = options;
  const given: CsvGiven = {
    samplingHz: above0(rate, '--rate'),
    timeColumn: timeColumn === undefined ? undefined : timeColumn === '0' ? null : column(timeColumn, '--time-column'),
    leadColumns: columns?.split(',').map((text) => column(text.trim(), '--columns')),
    leadNames: leads?.split(',').map((name) => name.trim() || refuse('--leads', 'a list of names, such as MLII,V5')),
    unit:
      unit === undefined
        ? undefined
        : (csvUnits.find((one) => one === unit) ?? refuse('--unit', `one of ${csvUnits.join(', ')}, not ${unit}`)),
    stepsPerMv: above0(stepsPerMv, '--steps-per-mv'),
  };
  return Object.values(given).some((value) => value !== undefined) ? given : undefined;
}
