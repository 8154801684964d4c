import { expect, it } from 'vitest';
import { joinLeads } from '../../../../src-main/detect/delineation/joint-leads.ts';

const qrs = (onset: number, peak: number, offset: number) => ({
  p: undefined,
  qrs: { onset, peak, offset },
  t: undefined,
});
const none = { p: undefined, qrs: undefined, t: undefined };

it('draws each boundary half way to the middle one of the leads, never past a peak', () => {
  const leads = [qrs(100, 110, 120), qrs(104, 112, 140), none, qrs(118, 119, 124)];
  expect(joinLeads(leads)).toEqual([qrs(102, 110, 122), qrs(104, 112, 132), none, qrs(111, 119, 124)]);
  expect(joinLeads([qrs(10, 11, 12), qrs(40, 50, 60), qrs(60, 70, 80)])[0]).toEqual(qrs(11, 11, 36));
});

it('leaves one lead and two as they are', () => {
  const leads = [qrs(100, 110, 120), qrs(104, 112, 140)];
  expect(joinLeads(leads)).toEqual(leads);
});
