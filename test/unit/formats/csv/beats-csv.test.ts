import { expect, it } from 'vitest';
import { beatsCsv } from '../../../../src-main/formats/csv/beats-csv.ts';

it('writes one line a beat, with empty fields where nothing is known', () => {
  const text = beatsCsv({ name: '100', samplingHz: 360 }, [
    {
      atSample: 370,
      symbol: 'A',
      beatClass: 'S',
      origin: 'changed',
      probabilities: [0.125, 0.75, 0.0625, 0.03125, 0.03125],
      isArtifact: false,
      isForLater: true,
    },
    {
      atSample: 662,
      symbol: '',
      beatClass: null,
      origin: 'none',
      probabilities: null,
      isArtifact: true,
      isForLater: false,
    },
  ]);
  expect(text.split('\n')).toEqual([
    'record,time_s,sample,symbol,class,origin,p_n,p_s,p_v,p_f,p_q,artifact,for_later',
    '100,1.028,370,A,S,changed,0.1250,0.7500,0.0625,0.0313,0.0313,0,1',
    '100,1.839,662,,,none,,,,,,1,0',
    '',
  ]);
});

it('quotes what a comma or a quote would split', () => {
  const beat = { atSample: 0, symbol: '"', beatClass: null, origin: 'none', probabilities: null } as const;
  const text = beatsCsv({ name: 'a,b', samplingHz: 1 }, [{ ...beat, isArtifact: false, isForLater: false }]);
  expect(text.split('\n')[1]).toBe('"a,b",0.000,0,"""",,none,,,,,,0,0');
});
