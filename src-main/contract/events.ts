import type { DeviceReplaced } from '../domain/device.ts';
import type { RecordId } from '../domain/record.ts';
import type { JobView } from './jobs.ts';

/** What the host announces, in order, on `GET /api/events`: CBOR values, each behind its length (uint32, big-endian). */
export type HostEvent =
  | { readonly event: 'onJobChanged'; readonly job: JobView }
  | { readonly event: 'onRecordsChanged' }
  | {
      readonly event: 'onBeatsChanged';
      readonly recordId: RecordId;
      readonly revision: number;
      readonly cause: 'edit' | 'blend' | 'prediction';
    }
  | { readonly event: 'onEpisodesChanged'; readonly recordId: RecordId; readonly revision: number }
  | { readonly event: 'onModelsChanged' }
  | { readonly event: 'onDevicesChanged' }
  /** A device failed under work, which goes on elsewhere. */
  | { readonly event: 'onDeviceReplaced'; readonly replaced: DeviceReplaced }
  | { readonly event: 'onRunChanged'; readonly runId: number };
