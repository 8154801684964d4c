import type { JobHandlers } from '../../contract/jobs.ts';
import type { DevicesView } from '../../contract/settings.ts';
import { chooseDevices, type DeviceName, type DeviceUse } from '../../domain/device.ts';
import { EngineLane } from '../supervision/engine-lane.ts';
import { machineFingerprint } from './fingerprint.ts';
import { type MachineTrials, rememberedTrials, rememberTrials } from './remembered-trials.ts';
import { tryDevices } from './try-devices.ts';

/** How long after the first work the devices are tried by themselves: the first prediction has the machine to itself. */
const laterMs = 3000;

/** Which device computes, on this machine and for this reader. */
export interface MachineDevices {
  /** A prediction never waits: until the devices were tried the CPU, which every machine has. Training waits for it. */
  deviceFor(use: DeviceUse, signal?: AbortSignal): DeviceName | Promise<DeviceName>;
  view(): DevicesView;
  /** Tries every device anew and remembers what came of it. */
  tryAgain(handlers: JobHandlers): Promise<DevicesView>;
  close(): void;
}

interface MachineDevicesParts {
  /** What the reader asks for. */
  readonly asked: () => Pick<DevicesView, 'asked' | 'askedBy'>;
  readonly onLog: (line: string) => void;
  /** After every trial. */
  readonly onChanged: () => void;
  readonly now: () => number;
}

export async function machineDevices({ asked, onLog, onChanged, now }: MachineDevicesParts): Promise<MachineDevices> {
  const lane = new EngineLane('', () => 'cpu', 1, onLog);
  const closing = new AbortController();
  const fingerprint = machineFingerprint();
  let known: MachineTrials | undefined = await rememberedTrials(fingerprint);
  let last: Promise<void> = Promise.resolve();
  let first: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const choice = () => chooseDevices(known?.trials ?? []);
  const tryNow = async (handlers: JobHandlers, isAllMeasured: boolean) => {
    const signal = AbortSignal.any([handlers.signal, closing.signal]);
    const trials = await tryDevices(lane, { ...handlers, signal }, isAllMeasured).finally(() => lane.rest());
    known = { trials, triedAtMs: now() };
    onChanged();
    await rememberTrials(fingerprint, known).catch((error: Error) =>
      onLog(`what was tried is not remembered: ${error.message}`),
    );
  };
  /** One trial at a time: they would slow each other down. */
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const mine = last.then(act);
    last = mine.catch(() => undefined);
    return mine;
  };
  /** The first trial, which the program makes by itself; where it fails, the next work makes another. */
  const tried = (): Promise<void> => {
    clearTimeout(timer);
    first ??= inTurn(async () => {
      if (!known) await tryNow({ onProgress: () => undefined, signal: closing.signal }, false);
    })
      .catch((error: Error) => {
        if (!closing.signal.aborted) onLog(`devices could not be tried: ${error.message}`);
      })
      .finally(() => (first = undefined));
    return first;
  };
  const view = (): DevicesView => {
    const { asked: name, askedBy } = asked();
    const { predict, train, verdicts } = choice();
    const isOwn = name === 'auto';
    return {
      ...{ asked: name, askedBy, verdicts, triedAtMs: known?.triedAtMs ?? null },
      ...{ predict: isOwn ? predict : name, train: isOwn ? train : name },
    };
  };
  return {
    view,
    deviceFor: (use, signal) => {
      const { asked: name } = asked();
      if (name !== 'auto') return name;
      if (known) return choice()[use];
      if (use === 'train') return Promise.race([tried(), aborted(signal)]).then(() => choice()[use]);
      timer ??= setTimeout(() => void tried(), laterMs).unref();
      return 'cpu';
    },
    tryAgain: async (handlers) => {
      await inTurn(() => tryNow(handlers, true));
      return view();
    },
    close: () => {
      clearTimeout(timer);
      closing.abort();
      lane.close();
    },
  };
}

const aborted = (signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
