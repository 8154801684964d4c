import type { EditRefusal, EpisodeRefusal, ReviewView } from '../../../src-main/contract/review.ts';
import type { BeatTable } from '../../../src-main/domain/beat.ts';
import type { BeatId, RecordId } from '../../../src-main/domain/record.ts';
import type { Result } from '../../../src-main/domain/result.ts';
import { clockOfSample } from '../../../src-main/domain/time.ts';
import { reviewText as text } from '../../text/review.ts';
import { isArtifact, isForLater, nextBeat, newlyRead } from './beat-order.ts';
import type { ReviewedRecord } from './reviewed-record.ts';

/** What every edit names. */
interface Frame {
  readonly recordId: RecordId;
  readonly expectedRevision: number;
  readonly view: ReviewView;
}

/** What was labelled last, until the model has read the recording again. */
interface Awaited {
  readonly sentence: string;
  readonly before: BeatTable;
  readonly edited: ReadonlySet<number>;
}

/** Edits of beats: each one call, one undoable step, one message. Edits made quickly keep their order. */
export class Editing {
  readonly #review: ReviewedRecord;
  #steps: Promise<unknown> = Promise.resolve();
  /** The newest revision that a step of the reader's own has made. */
  #revision = 0;
  #unsaved = $state(0);
  #hasFailed = $state(false);
  #awaited: Awaited | undefined;
  /** The newest revision that the model has read again. */
  #rereadRevision = 0;

  constructor(review: ReviewedRecord) {
    this.#review = review;
  }

  /** Edits on their way; 0: everything is saved. */
  get unsaved() {
    return this.#unsaved;
  }
  /** Whether the last edit was not saved. */
  get hasFailed() {
    return this.#hasFailed;
  }

  /** @param why  the reader's reason, where one is asked for. */
  relabel = (symbol: string, why?: string) =>
    this.#onSelected(() => ({
      sentence: text.labelled(symbol),
      isReread: true,
      act: (frame, beatIds) => this.#api.relabel({ ...frame, beatIds, symbol, why }),
    }));
  confirm = () =>
    this.#onSelected(() => ({
      sentence: text.confirmed,
      isReread: true,
      act: (frame, beatIds) => this.#api.confirm({ ...frame, beatIds }),
    }));
  /** Marks all as artifacts; where all are, none. */
  toggleArtifact = () =>
    this.#onSelected((beats, indices) => {
      const isSet = !indices.every((index) => isArtifact(beats, index));
      return {
        sentence: isSet ? text.markedArtifact : text.unmarkedArtifact,
        act: (frame, beatIds) => this.#api.markArtifact({ ...frame, beatIds, isSet }),
      };
    });
  toggleLater = () =>
    this.#onSelected((beats, indices) => {
      const isSet = !indices.every((index) => isForLater(beats, index));
      return {
        sentence: isSet ? text.leftForLater : text.takenUp,
        act: (frame, beatIds) => this.#api.leaveForLater({ ...frame, beatIds, isSet }),
      };
    });
  /** Deletes the selected beats; the next one is selected. */
  remove = () =>
    this.#onSelected((beats, indices) => {
      const gone = new Set(indices);
      const count = beats.beatId.length;
      const next =
        nextBeat(count, indices.at(-1)!, 1, (index) => !gone.has(index)) ??
        nextBeat(count, indices[0], -1, (index) => !gone.has(index));
      return {
        sentence: text.deleted,
        act: (frame, beatIds) => this.#api.remove({ ...frame, beatIds }),
        after: () => this.#review.selection.set(next === undefined ? [] : [beats.beatId[next] as BeatId]),
      };
    });
  move = (beatId: BeatId, toSample: number) => {
    const { beats, selection } = this.#review;
    const index = selection.indexOf(beatId);
    if (!beats || index < 0 || beats.atSample[index] === toSample) return;
    this.#run({
      sentence: text.moved(this.#clock(toSample)),
      act: (frame) => this.#api.move({ ...frame, beatId, toSample }),
    });
  };
  /** Moves the current beat from where the moves before have left it; each press is a step. */
  moveBy = (samples: number) => {
    const { selection } = this.#review;
    const beatId = selection.current;
    if (beatId === undefined) return;
    this.#run({
      sentence: text.movedBy(samples),
      act: (frame) => {
        const atSample = this.#review.beats!.atSample[selection.indexOf(beatId)] ?? 0;
        return this.#api.move({ ...frame, beatId, toSample: Math.max(0, atSample + samples) });
      },
    });
  };
  add = (atSample: number) =>
    this.#run({
      sentence: text.added(this.#clock(atSample)),
      act: (frame) => this.#api.add({ ...frame, atSample, symbol: null }),
      after: (beatIds) => this.#review.selection.set(beatIds),
    });

  /** Changes an episode of bad signal, in order with the edits of beats. */
  editEpisode = (sentence: string, act: (frame: Frame) => Promise<Result<{ revision: number }, EpisodeRefusal>>) =>
    this.#run({ sentence, act });

  /** The reader has undone or redone a step: the next key does not wait until the beats are read again. */
  takeRevision = (revision: number) => {
    this.#revision = Math.max(this.#revision, revision);
    this.#awaited = undefined;
  };
  /** Labels have changed in another way, by undo or by somebody else: what was awaited is no more. */
  noticeRevision = (revision: number) => {
    if (this.#unsaved === 0 && revision > this.#revision) this.#awaited = undefined;
  };
  /** The model has read the recording again: tells how many other beats read differently now. */
  tellReread = (revision: number) => {
    this.#rereadRevision = Math.max(this.#rereadRevision, revision);
    const { beats } = this.#review;
    const awaited = this.#awaited;
    if (!awaited || !beats || this.#unsaved > 0 || this.#rereadRevision < this.#revision) return;
    this.#awaited = undefined;
    const changes = newlyRead(awaited.before, beats, awaited.edited);
    this.#review.parts.messages.say(text.reread(awaited.sentence, changes));
  };

  get #api() {
    return this.#review.parts.api.review;
  }
  #clock = (sample: number) => clockOfSample(sample, this.#review.header!.samplingHz, 1);

  /** What the reader meant, of the beats that there are: a step taken back since may have taken some along. */
  async #present(ids: readonly BeatId[]): Promise<BeatId[]> {
    if (this.#review.beats!.revision < this.#revision) await this.#review.refresh();
    return ids.filter(this.#review.selection.has);
  }

  #onSelected(make: (beats: BeatTable, indices: readonly number[]) => Step) {
    const { beats, selection, parts } = this.#review;
    if (!beats || selection.count === 0) return;
    const { indices } = selection;
    const ids = indices.map((index) => beats.beatId[index] as BeatId);
    const step = make(beats, indices);
    const { viewport } = parts;
    const away = indices.filter((index) => !viewport.isVisible(beats.atSample[index])).length;
    const where = ids.length === 1 ? text.at(this.#clock(beats.atSample[indices[0]])) : text.onBeats(ids.length, away);
    this.#run({ ...step, sentence: `${step.sentence} ${where}` }, ids);
  }

  #run(step: Step, edited: readonly BeatId[] = []) {
    const { parts } = this.#review;
    if (parts.session.connection !== 'open') return parts.messages.fail(text.notConnected);
    const view = this.#review.view();
    this.#unsaved++;
    this.#steps = this.#steps.then(async () => {
      const saved = await parts.messages.attempt(() => this.#save(step, view, edited));
      this.#unsaved--;
      this.#hasFailed = saved !== true;
      this.tellReread(0); // the model may have been quicker than this answer
    });
  }

  /** @returns whether it was saved. */
  async #save(step: Step, view: ReviewView, chosen: readonly BeatId[]): Promise<boolean> {
    const { recordId, parts } = this.#review;
    const edited = await this.#present(chosen);
    const before = this.#review.beats!;
    const expectedRevision = Math.max(before.revision, this.#revision);
    if (chosen.length > 0 && edited.length === 0) {
      parts.messages.fail(text.refusals['no-such-beat']);
      return true;
    }
    const answer = await step.act({ recordId, expectedRevision, view }, edited);
    if (!answer.ok) {
      // Never merged silently: what is shown is brought up to date, and the reader decides again.
      await this.#review.refresh();
      parts.messages.fail(text.refusals[answer.refusal]);
      return answer.refusal !== 'stale-revision';
    }
    this.#revision = answer.value.revision;
    if (answer.value.beatIds?.length === 0) {
      parts.messages.say(text.nothingChanged);
      return true;
    }
    const isReread = step.isReread === true && this.#review.isClassified;
    const earlier = this.#awaited;
    this.#awaited = isReread
      ? {
          sentence: step.sentence,
          before: earlier?.before ?? before,
          edited: new Set([...(earlier?.edited ?? []), ...edited]),
        }
      : undefined;
    parts.messages.say(isReread ? text.rereading(step.sentence) : text.sentence(step.sentence));
    await this.#review.refresh();
    step.after?.(answer.value.beatIds ?? []);
    return true;
  }
}

interface Step {
  readonly sentence: string;
  /** Whether the model reads the recording again because of it. */
  readonly isReread?: boolean;
  readonly act: (
    frame: Frame,
    beatIds: BeatId[],
  ) => Promise<Result<{ revision: number; beatIds?: readonly BeatId[] }, EditRefusal | EpisodeRefusal>>;
  readonly after?: (beatIds: readonly BeatId[]) => void;
}
