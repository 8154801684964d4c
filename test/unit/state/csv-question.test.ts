import { expect, it } from 'vitest';
import type { CsvGiven } from '../../../src-main/domain/csv-table.ts';
import { describeCsv } from '../../../src-main/formats/csv/table.ts';
import { CsvQuestion } from '../../../src-renderer/state/csv-question.svelte.ts';

function asked(head: string) {
  const answers: (CsvGiven | undefined)[] = [];
  const question = new CsvQuestion('a.csv', 0, describeCsv(head, 'a.csv', true), (given) => answers.push(given));
  return { question, answers };
}

it('answers what the file suggests where nothing is changed', () => {
  const { question, answers } = asked('t (s),I (mV),note\n0,1.5,\n0.004,2.5,\n0.008,3.5,\n');
  expect(['time', 'lead', 'nothing']).toEqual([0, 1, 2].map(question.roleOf));
  question.accept();
  expect(answers).toEqual([{ samplingHz: 250, timeColumn: 0, leadColumns: [1], leadNames: ['I'], unit: 'mV' }]);
});

it('has one time column at most, and takes names, unit and gain', () => {
  const { question, answers } = asked('t,I,II\n0,1000,2000\n0.004,1001,2002\n0.008,1002,2001\n');
  question.read(1, 'time');
  expect([0, 1, 2].map(question.roleOf)).toEqual(['nothing', 'time', 'lead']);
  question.read(1, 'lead');
  question.name(1, ' V1 ');
  question.rate = '500';
  question.unit = 'steps';
  question.stepsPerMv = '204,8';
  question.accept();
  expect(answers).toEqual([
    {
      ...{ samplingHz: 500, timeColumn: null, leadColumns: [1, 2], leadNames: ['V1', 'II'] },
      ...{ unit: 'steps', stepsPerMv: 204.8 },
    },
  ]);
});

it('does not answer without a rate, a lead and names', () => {
  const { question, answers } = asked('I\n1.5\n2.5\n');
  const attempt = () => {
    question.accept();
    return [question.isRateWrong, question.lacksLeads, question.lacksNames];
  };
  expect(attempt()).toEqual([true, false, false]);
  question.rate = '0';
  question.name(0, ' ');
  expect(attempt()).toEqual([true, false, true]);
  question.rate = '250';
  question.read(0, 'nothing');
  expect(attempt()).toEqual([false, true, false]);
  expect([answers, question.wasTried]).toEqual([[], true]);
  question.decline();
  expect(answers).toEqual([undefined]);
});
