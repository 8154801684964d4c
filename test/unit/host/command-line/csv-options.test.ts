import { expect, it } from 'vitest';
import { csvGiven } from '../../../../src-main/host/command-line/csv-options.ts';

it('says nothing of CSV files where no option does', () => {
  expect(csvGiven({})).toBe(undefined);
});

it('counts columns from 1, and takes 0 for no time column', () => {
  const options = {
    rate: '360',
    timeColumn: '0',
    columns: '2, 3',
    leads: 'MLII, V5',
    unit: 'steps',
    stepsPerMv: '200',
  };
  expect(csvGiven(options)).toEqual({
    ...{ samplingHz: 360, timeColumn: null, leadColumns: [1, 2], leadNames: ['MLII', 'V5'] },
    ...{ unit: 'steps', stepsPerMv: 200 },
  });
  expect(csvGiven({ timeColumn: '1' })?.timeColumn).toBe(0);
});

it.each([
  [{ rate: '-3' }, '--rate is a number above 0, not -3.'],
  [{ columns: '0,1' }, '--columns is a column counted from 1, not 0.'],
  [{ timeColumn: 'first' }, '--time-column is a column counted from 1, not first.'],
  [{ leads: 'I,,III' }, '--leads is a list of names, such as MLII,V5.'],
  [{ unit: 'mv' }, '--unit is one of mV, uV, V, steps, not mv.'],
])('refuses %j', (options, message) => {
  expect(() => csvGiven(options)).toThrow(message);
});
