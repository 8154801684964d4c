import * as v from 'valibot';
import { nothing } from './records.ts';

/** What the program remembers for its reader. */
export const settings = v.object({
  readerInitials: v.pipe(v.string(), v.maxLength(12)),
  theme: v.picklist(['system', 'light', 'dark']),
  /** Screen pixels per millimetre as measured by the reader; null: not measured. */
  pxPerMm: v.nullable(v.pipe(v.number(), v.minValue(1), v.maxValue(40))),
  device: v.picklist(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tfjs-node-gpu']),
  reportPatientLine: v.pipe(v.string(), v.maxLength(80)),
});
export type Settings = v.InferOutput<typeof settings>;

export interface ProgramFacts {
  readonly version: string;
  readonly host: 'electron' | 'browser';
  readonly workspaceFolder: string;
  /** The engine's device in words, with a measured or stated reason. */
  readonly device: string;
}

const change = v.partial(settings);

export interface SettingsApi {
  get(request: v.InferOutput<typeof nothing>): Promise<{ settings: Settings; program: ProgramFacts }>;
  change(request: v.InferOutput<typeof change>): Promise<Settings>;
}

export const settingsRequests = {
  get: nothing,
  change,
} satisfies { [Method in keyof SettingsApi]: v.GenericSchema<unknown, Parameters<SettingsApi[Method]>[0]> };
