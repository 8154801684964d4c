import type { EpisodeKind, EpisodeState } from '../../src-main/domain/signal-episode.ts';
import { countOf, percentOf } from './numbers.ts';

const kinds = { noise: 'Noise', off: 'Lead off', saturated: 'Saturation' } satisfies Record<EpisodeKind, string>;

/** Sentences about episodes of bad signal in Review. */
export const episodeText = {
  tab: 'Noise',
  name: 'Episodes of bad signal',
  kinds,
  states: { found: 'not confirmed', confirmed: 'confirmed', rejected: 'rejected' } satisfies Record<
    EpisodeState,
    string
  >,
  span: (from: string, to: string) => `${from} – ${to}`,
  share: (lead: string, share: { noise: number; off: number; saturated: number } | null) =>
    !share
      ? `${lead}: not assessed`
      : `${lead}: ${percentOf(share.noise)} noisy${share.off + share.saturated > 0 ? `, ${percentOf(share.off + share.saturated)} without a trace` : ''}`,
  none: 'No episode of bad signal in this record.',
  last: 'There is no further episode of bad signal.',
  choose: 'Choose an episode of bad signal first; E goes to the next.',
  notMeasured: 'Nobody has looked how good this signal is.',
  measuring: 'The signal is being looked at.',
  measure: 'Look for noise',
  explained:
    'Found by the program or told by the record’s annotations; nobody has looked at those that are not confirmed. The report leaves out what is confirmed in every lead.',
  said: (kind: EpisodeKind, verb: 'added' | 'changed' | EpisodeState, clock: string) =>
    `${kinds[kind]} ${verb === 'found' ? 'no longer confirmed' : verb} at ${clock}`,
  saidAll: (count: number) => `${countOf(count)} ${count === 1 ? 'episode' : 'episodes'} of bad signal confirmed`,
  confirm: 'Confirm',
  confirmAll: (count: number) => `Confirm all ${countOf(count)}`,
  reject: 'Reject',
  change: 'Change…',
  add: 'Add…',
  dialog: {
    add: 'Add an episode of bad signal',
    change: 'Change an episode of bad signal',
    from: 'From',
    to: 'To',
    kind: 'What it is',
    leads: 'Leads',
    save: 'Save as confirmed',
    cancel: 'Cancel',
    wrongTimes: 'Two times of this record, such as 5:00 and 7:00, the second after the first.',
    noLead: 'One lead at least.',
  },
  commands: {
    next: 'Next episode of bad signal',
    previous: 'Previous episode of bad signal',
    confirm: 'Confirm the episode of bad signal',
    confirmAll: 'Confirm all episodes of bad signal that nobody has looked at',
    reject: 'Reject the episode of bad signal',
    change: 'Change the episode of bad signal',
    add: 'Add an episode of bad signal, between the callipers or what the paper shows',
  },
  group: 'Signal quality',
};
