import type { recordClassifier } from '../../review/classify-record.ts';
import type { KeptBeats } from '../../review/kept-beats.ts';
import type { Workspace } from '../../store/database.ts';
import type { MachineDevices } from '../devices/machine-devices.ts';
import type { EngineUses } from '../supervision/engine-uses.ts';
import type { predictInBackground } from './background-prediction.ts';
import type { checkExplanationsInBackground } from './explanation-checks.ts';
import type { EventHub } from './event-hub.ts';
import type { JobBoard } from './job-board.ts';

/** What every part of the program works with; made once, in `openProgram`. */
export interface Parts {
  readonly workspace: Workspace;
  readonly kept: KeptBeats;
  readonly events: EventHub;
  readonly board: JobBoard;
  readonly engine: EngineUses;
  readonly devices: MachineDevices;
  readonly classifier: ReturnType<typeof recordClassifier>;
  readonly background: ReturnType<typeof predictInBackground>;
  readonly checkExplanations: ReturnType<typeof checkExplanationsInBackground>;
  readonly now: () => number;
  readonly host: 'electron' | 'browser';
  readonly onFault: (error: unknown) => void;
  readonly uploadsFolder: string;
}
