import { type DeviceVerdict, failureSentence } from '../../domain/device.ts';
import { machineDevices } from '../devices/machine-devices.ts';
import { Output } from './output.ts';
import type { CommonOptions } from './session.ts';
import type { AddVerb } from './verb.ts';

/** `rhythm devices`: needs no workspace, so that it can be asked while one is open. */
export function devicesVerb(addVerb: AddVerb): void {
  addVerb('devices', 'try what can compute on this machine; say what was taken, what was set aside, and why').action(
    async (options: CommonOptions) => {
      const output = new Output(options.json ?? false);
      const devices = await machineDevices({
        asked: () => ({ asked: 'auto', askedBy: 'start' }),
        onLog: () => undefined, // drivers’ own lines; what matters of them is in the reasons
        ...{ onChanged: () => undefined, onReplaced: () => undefined },
        now: Date.now,
      });
      const controller = new AbortController();
      const interrupt = () => controller.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      try {
        const { failures } = devices.view();
        for (const failure of failures) output.line(`${failureSentence(failure)} It is tried again now.`);
        const { predict, train, verdicts } = await devices.tryAgain({
          onProgress: (progress) => output.progress('devices', progress),
          signal: controller.signal,
        });
        for (const verdict of verdicts) output.line(verdictLine(verdict));
        output.done({ predict, train, verdicts, failures });
      } finally {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
        devices.close();
      }
    },
  );
}

const takenWords = { predict: 'predicts', train: 'trains' } as const;

function verdictLine({ device, name, predictPerS, trainPerS, takenFor, reason }: DeviceVerdict): string {
  const taken = takenFor.length > 0 ? takenFor.map((use) => takenWords[use]).join(' and ') : 'set aside';
  const rate = (perS: number) => Math.round(perS).toLocaleString('en');
  const measured =
    predictPerS === null || trainPerS === null
      ? ''
      : ` (${rate(predictPerS)} beats/s predicting, ${rate(trainPerS)} training)`;
  return `${device}${name ? `, ${name}` : ''}: ${taken}${measured}. ${reason}`;
}
