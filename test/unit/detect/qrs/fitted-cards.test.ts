import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import { fittedCardsFile, fittedCardsSource } from './fit-score-cards.ts';
import { ds1Records, readReference } from './mitdb-records.ts';

describeOnRecordings('the score cards of the beat detector', () => {
  it('are what the fit to DS1 gives again', async () => {
    const records = await Promise.all(ds1Records.map((name) => readReference(name)));
    expect(readFileSync(fittedCardsFile, 'utf8')).toBe(fittedCardsSource(records));
  });
});
