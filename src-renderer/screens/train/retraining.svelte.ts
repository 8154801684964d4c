import { api } from '../../api/client.ts';
import type {
  CorrectionSource,
  DoubtfulLabel,
  GateBeats,
  GatePartName,
  ModelView,
  RunView,
  TrainingApi,
} from '../../../src-main/contract/training.ts';
import type { RecordId } from '../../../src-main/domain/record.ts';
import { Refresh } from '../../state/refresh.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import type { Session, SessionEvent } from '../../state/session.svelte.ts';
import { modelWords, trainText as text } from '../../text/train.ts';
import { referenceNames, testNames } from './result/figures.ts';

export type Plan = Awaited<ReturnType<TrainingApi['plan']>>;

/** As many steps as the command line takes unless told otherwise. */
const standardSteps = '60';
const standardSeed = '7';

/** A whole number within its bounds, or undefined. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}

/** What a training would learn from, the runs there were, and the decision about a candidate. */
export class Retraining {
  readonly #session: Session;
  readonly #messages: Messages;
  #corrections = $state.raw<readonly CorrectionSource[]>();
  #leftOut = $state.raw<readonly RecordId[]>([]);
  #plan = $state.raw<Plan>();
  #doubtful = $state.raw<readonly DoubtfulLabel[]>();
  #runs = $state.raw<readonly RunView[]>([]);
  #shownHash = $state<string>();
  seedText = $state(standardSeed);
  stepsText = $state(standardSteps);

  readonly seed = $derived(wholeNumber(this.seedText, 0, 999_999_999));
  readonly steps = $derived(wholeNumber(this.stepsText, 1, 2000));
  readonly chosen: readonly CorrectionSource[] = $derived(
    (this.#corrections ?? []).filter(({ recordId, refusal }) => refusal === null && !this.#leftOut.includes(recordId)),
  );
  readonly runningRun: RunView | undefined = $derived(this.#runs.find((run) => run.state === 'running'));
  /** The version that is looked at; undefined while a training runs that has made none yet. */
  readonly shownModel: ModelView | undefined = $derived.by(() => {
    const models = this.#session.models;
    const shown = models.find((model) => model.hash === this.#shownHash);
    if (shown || this.runningRun) return shown;
    return models.find((model) => model.state === 'candidate') ?? this.#session.modelInUse;
  });
  /** The run whose curves and figures are looked at. */
  readonly shownRun: RunView | undefined = $derived.by(() => {
    if (this.#shownHash === undefined && this.runningRun) return this.runningRun;
    const ofModel = this.#runs.find((run) => run.modelHash !== null && run.modelHash === this.shownModel?.hash);
    // A run that failed or was cancelled made no version: it is shown until another is chosen.
    const latest = this.#runs.reduce<RunView | undefined>((a, b) => (a && a.runId > b.runId ? a : b), undefined);
    return ofModel ?? (this.#shownHash === undefined && latest?.modelHash === null ? latest : undefined);
  });

  readonly #readCorrections: Refresh;
  readonly #readPlan: Refresh;
  readonly #readDoubtful: Refresh;
  readonly #readRuns: Refresh;

  constructor(session: Session, messages: Messages) {
    this.#session = session;
    this.#messages = messages;
    this.#readCorrections = new Refresh(async () => {
      const corrections = await messages.attempt(() => api.training.corrections({}));
      if (corrections) this.#corrections = corrections;
      await this.#readPlan.now();
    });
    this.#readPlan = new Refresh(async () => {
      const recordIds = this.chosen.map(({ recordId }) => recordId);
      this.#plan = await messages.attempt(() => api.training.plan({ recordIds }));
      this.#doubtful = undefined;
      this.#readDoubtful.soon(300);
    });
    this.#readDoubtful = new Refresh(async () => {
      const recordIds = this.chosen.map(({ recordId }) => recordId);
      this.#doubtful = recordIds.length === 0 ? [] : await messages.attempt(() => api.training.doubtful({ recordIds }));
    });
    this.#readRuns = new Refresh(async () => {
      const runs = await messages.attempt(() => api.training.runs({}));
      if (runs) this.#runs = runs;
    });
  }

  /** Undefined until they are read. */
  get corrections() {
    return this.#corrections;
  }
  get plan() {
    return this.#plan;
  }
  /** Labels that look wrong; undefined until the model was asked. */
  get doubtful() {
    return this.#doubtful;
  }
  get runs() {
    return this.#runs;
  }

  /** Why training cannot start now, in words; undefined where it can. */
  get obstacle(): string | undefined {
    if (this.#session.connection === 'lost') return text.disabled.lost;
    if (this.runningRun) return text.disabled.running;
    if (this.chosen.length === 0) return text.disabled.nothing;
    if (this.seed === undefined || this.steps === undefined) return text.disabled.settings;
    const failed = this.#plan?.guards.find((guard) => guard.isBlocking && !guard.isPassed);
    if (failed) return text.disabled.guard(failed.remedy);
    return this.#plan ? undefined : text.noPlan;
  }

  /** Asks for nothing more once the screen is left. */
  stop = () => {
    for (const refresh of [this.#readCorrections, this.#readPlan, this.#readDoubtful, this.#readRuns]) refresh.stop();
  };
  readAll = () => Promise.all([this.#readCorrections.now(), this.#readRuns.now()]);

  follow = (event: SessionEvent) => {
    if (event.event === 'onReconnected') void this.readAll();
    else if (event.event === 'onBeatsChanged' && event.cause === 'edit') this.#readCorrections.soon(500);
    else if (event.event === 'onRecordsChanged') this.#readCorrections.soon(500);
    else if (event.event === 'onModelsChanged') void this.readAll();
    else if (event.event === 'onRunChanged') void this.#readRun(event.runId);
  };

  isChosen = (recordId: RecordId) => !this.#leftOut.includes(recordId);
  choose = (recordId: RecordId, isChosen: boolean) => {
    const others = this.#leftOut.filter((id) => id !== recordId);
    this.#leftOut = isChosen ? others : [...others, recordId];
    void this.#readPlan.now();
  };
  chooseAll = (areChosen: boolean) => {
    this.#leftOut = areChosen ? [] : (this.#corrections ?? []).map(({ recordId }) => recordId);
    void this.#readPlan.now();
  };
  showModel = (hash: string) => {
    this.#shownHash = hash;
  };

  train = async () => {
    const [seed, steps] = [this.seed, this.steps];
    if (this.obstacle !== undefined || seed === undefined || steps === undefined) return;
    const recordIds = this.chosen.map(({ recordId }) => recordId);
    const answer = await this.#messages.attempt(() => api.training.fineTune({ recordIds, seed, steps }));
    if (!answer) return;
    if (!answer.ok) return this.#messages.fail(text.refusals[answer.refusal]);
    this.#shownHash = undefined;
    await this.#readRun(answer.value.runId);
    this.#messages.say(text.started);
  };
  cancel = async () => {
    const jobId = this.runningRun?.jobId;
    if (jobId != null) await this.#session.jobs.cancel(jobId);
  };

  accept = (model: ModelView, reason: string) =>
    this.#decide(() => api.training.accept({ hash: model.hash, reason }), text.decision.accepted(modelWords(model)));
  reject = (model: ModelView, reason: string) =>
    this.#decide(() => api.training.reject({ hash: model.hash, reason }), text.decision.rejected(modelWords(model)));
  rollBack = (model: ModelView) =>
    this.#decide(
      () => api.training.rollBack({ hash: model.hash, reason: '' }),
      text.decision.rolledBack(modelWords(model)),
    );
  exportModel = async (model: ModelView) => {
    this.#messages.say(text.exporting);
    const written = await this.#messages.attempt(() => api.training.export({ hash: model.hash, folder: '' }));
    if (written) this.#messages.say(text.exported(written.files));
  };

  /** Opens the labels that look wrong in Review, from one of them on. */
  reviewDoubtful = (at: number) => {
    const words = text.doubtful;
    this.#session.reviewBeats({
      title: words.listTitle,
      sides: [
        { name: words.person, shape: 'second' },
        { name: words.expected, shape: 'model' },
      ],
      beats: (this.#doubtful ?? []).map(({ recordId, beatId, atSample, label, expected }) => ({
        ...{ recordId, beatId, atSample, labels: [label, expected] },
      })),
    });
    this.#session.walk.show(at);
  };
  /** Opens the beats behind a count of the gate in Review. */
  reviewGate = async (
    run: RunView,
    part: GatePartName,
    which: GateBeats,
    names: { readonly before: string; readonly after: string },
  ) => {
    const beats = await this.#messages.attempt(() => api.training.beats({ runId: run.runId, part, which }));
    if (!beats) return;
    const words = text.gate;
    const title =
      which.kind === 'better' || which.kind === 'worse'
        ? words.listTitle[which.kind]
        : words.cellTitle(referenceNames[which.row], testNames[which.column], words[which.kind].toLowerCase());
    this.#session.reviewBeats({
      title: `${title}, ${words.parts[part].toLowerCase()}`,
      sides: [
        { name: words.reference, shape: 'reference' },
        { name: words.old(names.before), shape: 'second' },
        { name: words.now(names.after), shape: 'model' },
      ],
      beats,
    });
  };

  async #readRun(runId: number) {
    const run = await this.#messages.attempt(() => api.training.run({ runId }));
    if (!run) return;
    const others = this.#runs.filter((other) => other.runId !== runId);
    this.#runs = [run, ...others].sort((a, b) => b.runId - a.runId);
  }

  async #decide(ask: () => Promise<{ ok: true } | { ok: false; refusal: keyof typeof text.refusals }>, done: string) {
    const answer = await this.#messages.attempt(ask);
    if (answer?.ok) this.#messages.say(done);
    else if (answer) this.#messages.fail(text.refusals[answer.refusal]);
  }
}
