/** What can run the engine: execution providers of ONNX Runtime by their names there, and TensorFlow's own library. */
export const deviceNames = ['cuda', 'dml', 'coreml', 'webgpu', 'tfjs-node-gpu', 'cpu'] as const;
export type DeviceName = (typeof deviceNames)[number];

/** The two kinds of work, whose fastest device may differ. */
export type DeviceUse = 'predict' | 'train';

/** How one device did on the same network and beats as every other. */
export interface MeasuredDevice {
  readonly device: DeviceName;
  /** For people, as `onnxruntime 1.30.0`. */
  readonly name: string;
  readonly predictPerS: number;
  readonly trainPerS: number;
  /** Length of the difference from the CPU's outputs and gradients by that of the CPU's. */
  readonly outputError: number;
  readonly gradientError: number;
  /** Largest error of either kind that its arithmetic explains. */
  readonly tolerance: number;
}

/** A device that could not be tried to the end, and why in one sentence. */
export interface FailedDevice {
  readonly device: DeviceName;
  readonly reason: string;
}
export type DeviceTrial = MeasuredDevice | FailedDevice;

/** A device that failed at work after its trial, or after it was chosen by hand. */
export interface DeviceFailure extends FailedDevice {
  readonly use: DeviceUse;
}

/** What is told of a driver that takes its process down. */
export const deviceCrashed = 'It stopped the engine: its driver crashed.';

/** A device that failed at work just now, and the one that goes on in its place. */
export interface DeviceReplaced extends DeviceFailure {
  readonly by: DeviceName;
}

/** What came of a trial, for people. */
export interface DeviceVerdict {
  readonly device: DeviceName;
  readonly name: string | null;
  /** Beats per second; null where it could not be measured. */
  readonly predictPerS: number | null;
  readonly trainPerS: number | null;
  readonly takenFor: readonly DeviceUse[];
  /** One sentence: why it was taken, or set aside. */
  readonly reason: string;
}

export interface DeviceChoice extends Readonly<Record<DeviceUse, DeviceName>> {
  readonly verdicts: readonly DeviceVerdict[];
}

/** In a sentence. */
const nameOf: Readonly<Record<DeviceName, string>> = {
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
  'tfjs-node-gpu': 'TensorFlow',
  cpu: 'the CPU',
};

/** What a reader is told when a device fails under her work. */
export const replacedSentence = ({ device, use, reason, by }: DeviceReplaced): string =>
  `${nameOf[device]} failed twice at ${words[use]}, so ${nameOf[by]} goes on with the work and nothing is lost. ${reason}`;

/** Why a device is no longer used for some work. */
export const failureSentence = ({ device, use, reason }: DeviceFailure): string =>
  `${nameOf[device]} failed at ${words[use]}: ${reason}`;

export const hasFailed = (failures: readonly DeviceFailure[], device: DeviceName, use: DeviceUse): boolean =>
  failures.some((failure) => failure.device === device && failure.use === use);

/**
 * For each kind of work the fastest device whose results are the CPU's within its tolerance and that did not fail at it
 * since; the CPU itself, which every machine has, where none beats it.
 */
export function chooseDevices(trials: readonly DeviceTrial[], failures: readonly DeviceFailure[] = []): DeviceChoice {
  const measured = trials.filter((trial) => 'predictPerS' in trial);
  const sound = measured.filter((trial) => trial.device === 'cpu' || !breachOf(trial));
  const fastest = (use: DeviceUse): DeviceName =>
    sound
      .filter(({ device }) => !hasFailed(failures, device, use))
      .reduce<MeasuredDevice | undefined>(
        (best, trial) => (best && rateOf(best, use) >= rateOf(trial, use) ? best : trial),
        // first, so that a draw goes to it
        sound.find(({ device }) => device === 'cpu'),
      )?.device ?? 'cpu';
  const choice = { predict: fastest('predict'), train: fastest('train') };
  const cpu = measured.find(({ device }) => device === 'cpu');
  const verdicts = trials.map((trial): DeviceVerdict => {
    const takenFor = (['predict', 'train'] as const).filter((use) => choice[use] === trial.device);
    const failed = failures.filter(({ device }) => device === trial.device).map(failureSentence);
    if (!('predictPerS' in trial)) {
      const { device, reason } = trial;
      return {
        ...{ device, name: null, predictPerS: null, trainPerS: null, takenFor },
        reason: failed.length > 0 ? failed.join(' ') : reason,
      };
    }
    const { device, name, predictPerS, trainPerS } = trial;
    const lost = takenFor.filter((use) => failures.some((failure) => failure.use === use));
    const whyThis =
      device === 'cpu' && lost.length > 0
        ? `Another device failed at ${lost.map((use) => words[use]).join(' and ')}.`
        : whyTaken(trial, takenFor, cpu, measured.length);
    const why = takenFor.length > 0 ? [whyThis, ...failed] : failed;
    return {
      ...{ device, name, predictPerS, trainPerS, takenFor },
      reason: why.length > 0 ? why.join(' ') : whyAside(trial, cpu),
    };
  });
  return { ...choice, verdicts };
}

const rateOf = (trial: MeasuredDevice, use: DeviceUse): number =>
  use === 'predict' ? trial.predictPerS : trial.trainPerS;
const words = { predict: 'predicting', train: 'training' } as const;
const timesOf = (trial: MeasuredDevice, cpu: MeasuredDevice, use: DeviceUse): string =>
  `${(rateOf(trial, use) / rateOf(cpu, use)).toPrecision(2)} times the CPU’s speed at ${words[use]}`;

/** The kind of result that lies beyond the tolerance; undefined where none does. */
function breachOf({ outputError, gradientError, tolerance }: MeasuredDevice): string | undefined {
  const breach = ([kind, error]: [string, number]) =>
    `${kind} differ from the CPU’s by ${error.toExponential(1)}, allowed is ${tolerance.toExponential(0)}`;
  const kinds: [string, number][] = [
    ['outputs', outputError],
    ['gradients', gradientError],
  ];
  // also what is no number
  const found = kinds.find(([, error]) => !(error <= tolerance));
  return found && breach(found);
}

function whyTaken(
  trial: MeasuredDevice,
  takenFor: readonly DeviceUse[],
  cpu: MeasuredDevice | undefined,
  measured: number,
): string {
  if (trial.device !== 'cpu' && cpu) return `${takenFor.map((use) => timesOf(trial, cpu, use)).join(', ')}.`;
  if (measured < 2) return 'No other device here is of use.';
  return takenFor.length === 2
    ? 'Faster than everything else here.'
    : `Faster than everything else here at ${words[takenFor[0]]}.`;
}

function whyAside(trial: MeasuredDevice, cpu: MeasuredDevice | undefined): string {
  if (trial.device === 'cpu') return 'Another device is faster.';
  const breach = breachOf(trial);
  if (breach) return `Its ${breach}.`;
  const slower = (['predict', 'train'] as const).filter((use) => cpu && rateOf(trial, use) <= rateOf(cpu, use));
  if (cpu && slower.length > 0) return `Slower: ${slower.map((use) => timesOf(trial, cpu, use)).join(', ')}.`;
  return 'Another device is faster.';
}
