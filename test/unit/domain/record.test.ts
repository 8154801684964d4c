import { expect, test } from 'vitest';
import { ecgLeadsOf } from '../../../src-main/domain/record.ts';

const lead = (name: string, unit = 'mV', isCalibrated = true) => ({ name, unit, isCalibrated, gain: 200, baseline: 0 });

test('pressures, plethysmograms and respiration are no electrocardiogram; what is not told of may be one', () => {
  const leads = [lead('II'), lead('ABP', 'mmHg'), lead('PLETH'), lead('RESP', 'pm'), lead('V', 'mV', false)];
  expect(ecgLeadsOf([...leads, lead('ECG1', 'uV'), lead('x', 'NU', false), lead('PAP', 'mV', false)])).toEqual([
    0, 4, 5, 6,
  ]);
});
