import { beatClasses } from '../../../src-main/domain/beat-class.ts';
import type { BeatId } from '../../../src-main/domain/record.ts';
import type { CommandGroup, ScreenCommand } from '../../state/commands.svelte.ts';
import { reviewText } from '../../text/review.ts';
import type { Step } from './beat-order.ts';
import type { Review } from './review.svelte.ts';

/** What the parts of the screen do when a command asks for it. */
export interface ReviewActs {
  readonly askGoTo: () => void;
  readonly toggleHistory: () => void;
  readonly togglePaperAlone: () => void;
  /** Whether the list that is open is the queue: Enter then goes on in it. */
  readonly isQueueOpen: () => boolean;
  /** Sample under the pointer; undefined where it is not on the paper. */
  readonly pointedSample: () => number | undefined;
  /** Sample of the peak near a place in the first lead shown. */
  readonly snap: (sample: number) => number;
}

/** Samples that an arrow key moves a calliper leg; with Shift it is one. */
const nudge = 5;

/** Symbols of the keys 1 to 9. */
const digitSymbols = [...'NLRAaJVF/'];

/** Everything that can be done in Review; keys, buttons, menus and tests all call these. */
export function reviewCommands(review: Review, acts: ReviewActs): CommandGroup[] {
  const { selection, editing, queue, attribution, reference, callipers } = review;
  const { viewport, session, messages } = review.parts;
  const text = reviewText.commands;
  const hasBeats = () => (review.beats?.beatId.length ?? 0) > 0;
  const hasSelected = () => selection.count > 0 && session.connection === 'open';
  const isOpen = () => review.header !== undefined;
  const hasCallipers = () => callipers.legs !== undefined;

  const show = (beatId: BeatId | undefined, isFar = false) => {
    if (beatId !== undefined) review.show(beatId, isFar);
  };
  const command = (id: string, title: string, key: string, run: () => unknown, canRun = isOpen): ScreenCommand => ({
    ...{ id: `review.${id}`, title, key, canRun, run: () => void run() },
  });
  const alsoBy = (one: ScreenCommand, ...alsoKeys: string[]): ScreenCommand => ({ ...one, alsoKeys });
  const differing = (step: Step) => show(selection.stepAmong(reference.differences?.indices ?? [], step), true);
  const confirmNext = () => {
    const isInQueue = acts.isQueueOpen() && queue.hasCurrent;
    editing.confirm();
    show(isInQueue ? queue.step(1) : selection.step(1));
  };
  const inQueue = (step: Step) => {
    if (review.isClassified && !queue.answer) messages.say(reviewText.lists.reading);
    else show(queue.step(step), true);
  };
  const toEnd = (step: Step) => {
    const { beats } = review;
    const index = step < 0 ? selection.shown[0] : selection.shown.at(-1);
    review.remember();
    viewport.panTo(step < 0 ? 0 : viewport.lengthSamples);
    if (beats && index !== undefined) selection.set([beats.beatId[index] as BeatId]);
  };
  /** On the peak near the calliper leg, else near the pointer, else midway to the next beat, where one was missed. */
  const addBeat = () => {
    const leg =
      callipers.legs && (callipers.legs.active === 'from' ? callipers.legs.fromSample : callipers.legs.toSample);
    const { beats } = review;
    const index = selection.currentIndex;
    const [at, next] = [beats?.atSample[index], beats?.atSample[index + 1] ?? viewport.lengthSamples];
    const midway = at === undefined ? viewport.fromSample + viewport.widthSamples / 2 : (at + next) / 2;
    editing.add(Math.round(acts.snap(leg ?? acts.pointedSample() ?? midway)));
  };

  return [
    {
      title: reviewText.groups.beats,
      commands: [
        command('next', text.nextBeat, '→', () => callipers.moveBy(nudge) || show(selection.step(1)), hasBeats),
        command(
          'previous',
          text.previousBeat,
          '←',
          () => callipers.moveBy(-nudge) || show(selection.step(-1)),
          hasBeats,
        ),
        command('start', text.start, 'Home', () => toEnd(-1)),
        command('end', text.end, 'End', () => toEnd(1)),
        ...beatClasses.map((beatClass) =>
          command(
            `next-${beatClass}`,
            text.nextOf(beatClass),
            `Shift+${beatClass}`,
            () => show(selection.stepOfClass(1, beatClass), true),
            hasBeats,
          ),
        ),
        command('next-same', text.nextOfSame, '.', () => show(selection.stepOfClass(1), true), hasBeats),
        command('previous-same', text.previousOfSame, ',', () => show(selection.stepOfClass(-1), true), hasBeats),
        command(
          'next-difference',
          text.nextDifference,
          ']',
          () => differing(1),
          () => reference.isShown,
        ),
        command(
          'previous-difference',
          text.previousDifference,
          '[',
          () => differing(-1),
          () => reference.isShown,
        ),
        command('select-all', text.selectAll, 'Ctrl+A', selection.chooseShown, hasBeats),
        command('select-none', text.selectNone, 'Esc', () => (callipers.legs ? callipers.putAway() : selection.none())),
      ],
    },
    {
      title: reviewText.groups.labels,
      commands: [
        ...beatClasses.map((beatClass) =>
          command(
            `label-${beatClass}`,
            text.label(beatClass),
            beatClass,
            () => editing.relabel(beatClass),
            hasSelected,
          ),
        ),
        ...digitSymbols.map((symbol, i) =>
          command(
            `symbol-${i + 1}`,
            text.symbol(symbol, reviewText.symbolWords[symbol]),
            String(i + 1),
            () => editing.relabel(symbol),
            hasSelected,
          ),
        ),
        command('confirm-next', text.confirmNext, 'Enter', confirmNext, hasSelected),
        command('confirm', text.confirm, 'Shift+Enter', editing.confirm, hasSelected),
        command('artifact', text.artifact, 'X', editing.toggleArtifact, hasSelected),
        command('later', text.later, 'L', editing.toggleLater, hasSelected),
        alsoBy(command('remove', text.remove, 'Del', editing.remove, hasSelected), 'Backspace'),
        command('add', text.add, 'Ins', addBeat),
        command('move-left', text.moveLeft, 'Ctrl+←', () => editing.moveBy(-1), hasSelected),
        command('move-right', text.moveRight, 'Ctrl+→', () => editing.moveBy(1), hasSelected),
      ],
    },
    {
      title: reviewText.groups.lists,
      commands: [
        command('queue-next', text.queueNext, 'J', () => inQueue(1), hasBeats),
        command('queue-previous', text.queuePrevious, 'K', () => inQueue(-1), hasBeats),
        command('reference', text.reference, 'O', reference.toggle),
        command('history', text.history, 'H', acts.toggleHistory),
      ],
    },
    {
      title: reviewText.groups.paper,
      commands: [
        command('half-forward', text.pageForward, 'Shift+→', () => callipers.moveBy(1) || viewport.panByPages(0.5)),
        command('half-back', text.pageBack, 'Shift+←', () => callipers.moveBy(-1) || viewport.panByPages(-0.5)),
        command('page-forward', text.wholeForward, 'PgDn', () => viewport.panByPages(1)),
        command('page-back', text.wholeBack, 'PgUp', () => viewport.panByPages(-1)),
        alsoBy(
          command('faster', text.faster, '+', () => viewport.stepSpeed(1, review.inSight())),
          '=',
        ),
        command('slower', text.slower, '-', () => viewport.stepSpeed(-1, review.inSight())),
        command('gain-up', text.gainUp, '↑', () => viewport.stepGain(1)),
        command('gain-down', text.gainDown, '↓', () => viewport.stepGain(-1)),
        command('standard', text.standard, '0', () => viewport.standard(review.inSight())),
        command('go-to', text.goTo, 'G', acts.askGoTo),
        command('go-back', text.goBack, 'R', review.goBack),
        command('play', text.play, 'Space', () => review.togglePlay()),
        command('attribution', text.attribution, 'A', attribution.next),
        command('attribution-off', text.attributionOff, 'Shift+A', () => attribution.choose('off')),
        command('waves', text.waves, 'D', review.waves.toggle),
        command('callipers', text.callipers, 'C', callipers.toggle),
        command('march', text.march, 'M', callipers.march, hasCallipers),
        command('swap-legs', text.swapLegs, 'W', callipers.swap, hasCallipers),
        command('paper-alone', text.paperAlone, '\\', acts.togglePaperAlone),
      ],
    },
  ];
}
