import type { Lead } from '../domain/record.ts';

/** How many of each unit of voltage make a millivolt; both signs for micro occur. */
const perMillivolt = new Map([
  ['V', 0.001],
  ['uV', 1000],
  ['\u00b5V', 1000],
  ['\u03bcV', 1000],
  ['nV', 1000000],
]);

/** The same lead with its gain in steps per millivolt, where its unit is one of voltage. */
export function inMillivolts(lead: Lead): Lead {
  const count = perMillivolt.get(lead.unit);
  return count === undefined ? lead : { ...lead, unit: 'mV', gain: lead.gain * count };
}
