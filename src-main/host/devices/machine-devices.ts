import type { JobHandlers } from '../../contract/jobs.ts';
import type { DevicesView } from '../../contract/settings.ts';
import {
  chooseDevices,
  type DeviceName,
  type DeviceReplaced,
  type DeviceUse,
  hasFailed,
  replacedSentence,
} from '../../domain/device.ts';
import { EngineLane } from '../supervision/engine-lane.ts';
import { cpuAlone, type WorkingDevices } from '../supervision/working-device.ts';
import { machineFingerprint } from './fingerprint.ts';
import { type MachineTrials, rememberedTrials, rememberTrials } from './remembered-trials.ts';
import { tryDevices } from './try-devices.ts';

/** How long after the first work the devices are tried by themselves: the first prediction has the machine to itself. */
const laterMs = 3000;

/** Which device computes, on this machine and for this reader. */
export interface MachineDevices extends WorkingDevices {
  /** A prediction never waits: until the devices were tried the CPU, which every machine has. Training waits for it. */
  deviceFor(use: DeviceUse, signal?: AbortSignal): DeviceName | Promise<DeviceName>;
  view(): DevicesView;
  /** Tries every device anew and remembers what came of it; what failed at work is forgotten. */
  tryAgain(handlers: JobHandlers): Promise<DevicesView>;
  /** The reader asks for the device she has named: whatever it failed at, it gets another chance. */
  askedAgain(): void;
  close(): void;
}

interface MachineDevicesParts {
  /** What the reader asks for. */
  readonly asked: () => Pick<DevicesView, 'asked' | 'askedBy'>;
  readonly onLog: (line: string) => void;
  /** After every trial, and when a device is set aside or taken back. */
  readonly onChanged: () => void;
  /** A device failed under work, which goes on elsewhere. */
  readonly onReplaced: (replaced: DeviceReplaced) => void;
  readonly now: () => number;
}

export async function machineDevices(parts: MachineDevicesParts): Promise<MachineDevices> {
  const { asked, onLog, onChanged, onReplaced, now } = parts;
  const lane = new EngineLane('', cpuAlone, 1, onLog);
  const closing = new AbortController();
  const fingerprint = machineFingerprint();
  let known: MachineTrials = await rememberedTrials(fingerprint);
  let last: Promise<void> = Promise.resolve();
  let kept: Promise<void> = Promise.resolve();
  let first: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const choice = () => chooseDevices(known.trials, known.failures);
  /** A device named by the reader does all work but what it failed at. */
  const chosen = (use: DeviceUse): DeviceName => {
    const { asked: name } = asked();
    if (name === 'auto') return choice()[use];
    return hasFailed(known.failures, name, use) ? 'cpu' : name;
  };
  const keep = (change: Partial<MachineTrials>): Promise<void> => {
    known = { ...known, ...change };
    onChanged();
    kept = kept
      .then(() => rememberTrials(fingerprint, known))
      .catch((error: Error) => onLog(`what was tried is not remembered: ${error.message}`));
    return kept;
  };
  const failuresWithout = (device: DeviceName, ...uses: DeviceUse[]) =>
    known.failures.filter((failure) => failure.device !== device || !uses.includes(failure.use));
  const askedAgain = () => {
    const { asked: name } = asked();
    const failures = name === 'auto' ? known.failures : failuresWithout(name, 'predict', 'train');
    if (failures.length < known.failures.length) void keep({ failures });
  };
  const tryNow = async (handlers: JobHandlers, isByReader: boolean) => {
    const signal = AbortSignal.any([handlers.signal, closing.signal]);
    const trials = await tryDevices(lane, { ...handlers, signal }, isByReader).finally(() => lane.rest());
    await keep({ trials, triedAtMs: now(), ...(isByReader ? { failures: [] } : {}) });
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
      if (known.triedAtMs === null) await tryNow({ onProgress: () => undefined, signal: closing.signal }, false);
    })
      .catch((error: Error) => {
        if (!closing.signal.aborted) onLog(`devices could not be tried: ${error.message}`);
      })
      .finally(() => (first = undefined));
    return first;
  };
  const view = (): DevicesView => {
    const { asked: name, askedBy } = asked();
    const { triedAtMs, failures } = known;
    return {
      ...{ asked: name, askedBy, triedAtMs, failures, verdicts: choice().verdicts },
      ...{ predict: chosen('predict'), train: chosen('train') },
    };
  };
  askedAgain(); // by each start with it
  return {
    askedAgain,
    view,
    deviceFor: (use, signal) => {
      if (asked().asked !== 'auto' || known.triedAtMs !== null) return chosen(use);
      if (use === 'train') return Promise.race([tried(), aborted(signal)]).then(() => chosen(use));
      timer ??= setTimeout(() => void tried(), laterMs).unref();
      return 'cpu';
    },
    setAside: (device, use, reason) => {
      void keep({ failures: [...failuresWithout(device, use), { device, use, reason }] });
      const replaced = { device, use, reason, by: chosen(use) };
      onLog(replacedSentence(replaced));
      onReplaced(replaced);
    },
    takeBack: (device, use) => void keep({ failures: failuresWithout(device, use) }),
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
