import type { Drawing } from '../domain/drawing.ts';
import { drawPages } from './page-drawing.ts';
import type { ReportInput } from './report-input.ts';
import type { ReportFacts } from './report-model.ts';
import { reportFacts } from './report-model.ts';
import { withoutUnreadable } from './statistics/unreadable.ts';
import type { StripChoice } from './statistics/strip-choice.ts';

/** A whole report as plain values: what the screen shows and `writePdf` writes. */
export interface ReportDocument {
  readonly pages: readonly Drawing[];
  readonly facts: ReportFacts;
  readonly strips: readonly StripChoice[];
  /** For the file's properties; nothing of the patient but the pseudonym. */
  readonly title: string;
  readonly creator: string;
  /** `2026-03-01T14:05`. */
  readonly madeAt: string;
}

/**
 * Makes a report; pure, and equal for equal input.
 * @throws {RangeError} when the beats do not rise or lie outside the record: no figure of them would mean anything.
 */
export function buildReport(given: ReportInput): ReportDocument {
  const { atSample } = given.beats;
  const input = withoutUnreadable(given);
  for (let i = 0; i < atSample.length; i++) {
    const least = i > 0 ? atSample[i - 1] + 1 : 0;
    if (atSample[i] < least || atSample[i] >= input.record.lengthSamples)
      throw new RangeError(
        `beat ${i} is at sample ${atSample[i]}, expected ${least} to ${input.record.lengthSamples - 1}`,
      );
  }
  const facts = reportFacts(input);
  return {
    ...drawPages(input, facts),
    facts,
    title: `ECG beat report, patient ${input.patient.pseudonym}`,
    creator: `RhythmAttention Workstation ${input.programVersion}`,
    madeAt: input.madeAt,
  };
}
