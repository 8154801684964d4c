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

/**
 * For each kind of work the fastest device whose results are the CPU's within its tolerance; the CPU itself, which
 * every machine has, where none beats it.
 */
export function chooseDevices(trials: readonly DeviceTrial[]): DeviceChoice {
  const measured = trials.filter((trial) => 'predictPerS' in trial);
  const sound = measured.filter((trial) => trial.device === 'cpu' || !breachOf(trial));
  const fastest = (use: DeviceUse): DeviceName =>
    sound.reduce<MeasuredDevice | undefined>(
      (best, trial) => (best && rateOf(best, use) >= rateOf(trial, use) ? best : trial),
      // first, so that a draw goes to it
      sound.find(({ device }) => device === 'cpu'),
    )?.device ?? 'cpu';
  const choice = { predict: fastest('predict'), train: fastest('train') };
  const cpu = measured.find(({ device }) => device === 'cpu');
  return {
    ...choice,
    verdicts: trials.map((trial) => {
      const takenFor = (['predict', 'train'] as const).filter((use) => choice[use] === trial.device);
      return 'predictPerS' in trial
        ? {
            ...{ device: trial.device, name: trial.name },
            ...{ predictPerS: trial.predictPerS, trainPerS: trial.trainPerS, takenFor },
            reason: takenFor.length > 0 ? whyTaken(trial, takenFor, cpu, measured.length) : whyAside(trial, cpu),
          }
        : { ...trial, name: null, predictPerS: null, trainPerS: null, takenFor };
    }),
  };
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
