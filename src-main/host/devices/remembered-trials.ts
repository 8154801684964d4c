import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { type DeviceFailure, deviceNames, type DeviceTrial } from '../../domain/device.ts';
import { cacheFolder } from '../program/app-root.ts';

/** What was tried on a machine, and when, and what failed at work since. */
export interface MachineTrials {
  /** Null where a device failed before any was tried. */
  readonly triedAtMs: number | null;
  readonly trials: readonly DeviceTrial[];
  readonly failures: readonly DeviceFailure[];
}

/** A home folder may be shared by many machines; those tried longest ago go first. */
const mostMachines = 16;
const memoryFile = (): string => join(cacheFolder(), 'devices.json');

const rate = v.number();
const reason = v.string();
const device = v.picklist(deviceNames);
const measured = v.object({
  ...{ device, name: v.string(), predictPerS: rate, trainPerS: rate },
  ...{ outputError: rate, gradientError: rate, tolerance: rate },
});
const machines = v.record(
  v.string(),
  v.object({
    triedAtMs: v.nullable(v.number()),
    trials: v.array(v.union([measured, v.object({ device, reason })])),
    failures: v.optional(v.array(v.object({ device, reason, use: v.picklist(['predict', 'train']) })), []),
  }),
);

/** The trials of the machine with that fingerprint; none where there were none or the file cannot be read. */
export async function rememberedTrials(fingerprint: string): Promise<MachineTrials> {
  return (await readAll())[fingerprint] ?? { triedAtMs: null, trials: [], failures: [] };
}

/** Keeps the trials of a machine beside those of others. */
export async function rememberTrials(fingerprint: string, trials: MachineTrials): Promise<void> {
  const others = Object.entries(await readAll())
    .filter(([name]) => name !== fingerprint)
    .sort(([, a], [, b]) => (b.triedAtMs ?? 0) - (a.triedAtMs ?? 0))
    .slice(0, mostMachines - 1);
  const path = memoryFile();
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}.part`;
  await writeFile(aside, `${JSON.stringify({ [fingerprint]: trials, ...Object.fromEntries(others) }, undefined, 1)}\n`);
  await rename(aside, path);
}

async function readAll(): Promise<Readonly<Record<string, MachineTrials>>> {
  try {
    const parsed = v.safeParse(machines, JSON.parse(await readFile(memoryFile(), 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    return {}; // never tried here, or damaged: then it is tried again
  }
}
