import type { Api } from '../../../src-main/contract/api.ts';
import type { JobView } from '../../../src-main/contract/jobs.ts';
import type { DevicesView } from '../../../src-main/contract/settings.ts';
import type { DeviceFailure } from '../../../src-main/domain/device.ts';
import { Refresh } from '../../state/refresh.ts';
import type { Messages } from '../../state/messages.svelte.ts';
import type { Session, SessionEvent } from '../../state/session.svelte.ts';

/** What computes on this machine, and the trial that decides it. */
export class Devices {
  readonly #api: Api;
  readonly #session: Session;
  readonly #read: Refresh;
  #view = $state.raw<DevicesView>();
  /** The trial that runs now. */
  readonly trial: JobView | undefined = $derived.by(() =>
    this.#session.jobs.active.find(({ kind }) => kind === 'devices'),
  );

  /** What the device that the reader named failed at. */
  readonly failuresOfChoice: readonly DeviceFailure[] = $derived.by(
    () => this.#view?.failures.filter(({ device }) => device === this.#view?.asked) ?? [],
  );

  constructor(api: Api, session: Session, messages: Messages) {
    this.#api = api;
    this.#session = session;
    this.#read = new Refresh(async () => {
      this.#view = (await messages.attempt(() => api.settings.devices({}))) ?? this.#view;
    });
  }

  /** Undefined before it was read. */
  get view() {
    return this.#view;
  }

  refresh = () => this.#read.now();
  take = ({ event }: SessionEvent) => {
    if (event === 'onDevicesChanged' || event === 'onReconnected') void this.refresh();
  };
  tryAgain = () => void this.#session.jobs.start(() => this.#api.settings.tryDevices({}));
  stop = () => {
    if (this.trial) void this.#session.jobs.cancel(this.trial.jobId);
  };
}
