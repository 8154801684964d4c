import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeOnRecordings } from '../../../support/shared-data.ts';
import { fittedFile, fittedSource, oddExamples } from './fit-boundaries.ts';

describeOnRecordings('the fitted boundaries of waves', () => {
  it('are what the fit to the odd records of the Lobachevsky University database gives again', async () => {
    expect(readFileSync(fittedFile, 'utf8')).toBe(fittedSource(await oddExamples()));
  });
});
