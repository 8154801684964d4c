import * as v from 'valibot';
import {
  type DeviceFailure,
  deviceNames,
  type DeviceName,
  type DeviceUse,
  type DeviceVerdict,
} from '../domain/device.ts';
import type { JobId } from './jobs.ts';
import { nothing } from './records.ts';

/** `auto`: what was fastest when all were tried. */
export const askedDevice = v.picklist(['auto', ...deviceNames]);

/** What the program remembers for its reader. */
export const settings = v.object({
  readerInitials: v.pipe(v.string(), v.maxLength(12)),
  theme: v.picklist(['system', 'light', 'dark']),
  /** Screen pixels per millimetre as measured by the reader; null: not measured. */
  pxPerMm: v.nullable(v.pipe(v.number(), v.minValue(1), v.maxValue(40))),
  device: askedDevice,
  reportPatientLine: v.pipe(v.string(), v.maxLength(80)),
  /** Whether imports remove names, identifiers, dates and free text. */
  removeIdentities: v.boolean(),
});
export type Settings = v.InferOutput<typeof settings>;

export interface ProgramFacts {
  readonly version: string;
  readonly host: 'electron' | 'browser';
  readonly workspaceFolder: string;
  readonly processor: string;
  /** The processor and what computes on it or beside it, in words. */
  readonly device: string;
}

/** What computes on this machine, and why. */
export interface DevicesView extends Readonly<Record<DeviceUse, DeviceName>> {
  readonly asked: Settings['device'];
  readonly askedBy: 'settings' | 'start';
  /** Of every device that this build knows; empty before they were tried. */
  readonly verdicts: readonly DeviceVerdict[];
  readonly triedAtMs: number | null;
  /** What failed at work since, and is not used for it until it is asked for or tried again. */
  readonly failures: readonly DeviceFailure[];
}

const change = v.partial(settings);

export interface SettingsApi {
  get(request: v.InferOutput<typeof nothing>): Promise<{ settings: Settings; program: ProgramFacts }>;
  change(request: v.InferOutput<typeof change>): Promise<Settings>;
  devices(request: v.InferOutput<typeof nothing>): Promise<DevicesView>;
  /** Tries every device anew, some seconds each; the job's result is a `DevicesView`. */
  tryDevices(request: v.InferOutput<typeof nothing>): Promise<{ jobId: JobId }>;
}

export const settingsRequests = {
  get: nothing,
  change,
  devices: nothing,
  tryDevices: nothing,
} satisfies { [Method in keyof SettingsApi]: v.GenericSchema<unknown, Parameters<SettingsApi[Method]>[0]> };
