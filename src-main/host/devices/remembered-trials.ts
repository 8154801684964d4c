import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { deviceNames, type DeviceTrial } from '../../domain/device.ts';
import { cacheFolder } from '../program/app-root.ts';

/** What was tried on a machine, and when. */
export interface MachineTrials {
  readonly triedAtMs: number;
  readonly trials: readonly DeviceTrial[];
}

/** A home folder may be shared by many machines; those tried longest ago go first. */
const mostMachines = 16;
const memoryFile = (): string => join(cacheFolder(), 'devices.json');

const rate = v.number();
const device = v.picklist(deviceNames);
const measured = v.object({
  ...{ device, name: v.string(), predictPerS: rate, trainPerS: rate },
  ...{ outputError: rate, gradientError: rate, tolerance: rate },
});
const machines = v.record(
  v.string(),
  v.object({
    triedAtMs: v.number(),
    trials: v.array(v.union([measured, v.object({ device, reason: v.string() })])),
  }),
);

/** The trials of the machine with that fingerprint; undefined where there were none or the file cannot be read. */
export async function rememberedTrials(fingerprint: string): Promise<MachineTrials | undefined> {
  return (await readAll())[fingerprint];
}

/** Keeps the trials of a machine beside those of others. */
export async function rememberTrials(fingerprint: string, trials: MachineTrials): Promise<void> {
  const others = Object.entries(await readAll())
    .filter(([name]) => name !== fingerprint)
    .sort(([, a], [, b]) => b.triedAtMs - a.triedAtMs)
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
