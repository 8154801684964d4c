import type { Api } from '../../../src-main/contract/api.ts';
import type { AnnotatorView } from '../../../src-main/contract/evaluation.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import type { BeatListSide } from '../../state/review-walk.svelte.ts';
import type { Session } from '../../state/session.svelte.ts';
import { evaluateText as text } from '../../text/evaluate.ts';

/** What Evaluate is made of: the host, and what all screens share. */
export interface EvaluateParts {
  readonly api: Api;
  readonly session: Session;
  readonly messages: Messages;
}

/** How one annotator's labels stand on the paper. */
export function sideOf(one: AnnotatorView): BeatListSide {
  const shape = one.kind === 'reference' || one.kind === 'model' ? one.kind : 'second';
  return { name: text.shortName(one), shape };
}
