import { Decoder, Encoder } from 'cbor-x';
import type { Answer, Api, Fault } from '../../src-main/contract/api.ts';

const encoder = new Encoder({ tagUint8Array: false, useRecords: false });
const decoder = new Decoder({ useRecords: false });

export const decodeValue = (bytes: Uint8Array): unknown => decoder.decode(bytes);

/** A request that the host could not fulfil; the message is fit for the reader. */
export class HostFault extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.name = 'HostFault';
    this.fault = fault;
  }
}

/** The contract as the screens see it: `await api.review.relabel({ … })`. Both hosts answer the same relative URLs. */
export const api = subjects();

/** The same for what is only read: requests end with the signal, as nobody waits for their answers any more. */
export const apiUntil = (signal: AbortSignal): Api => subjects(signal);

function subjects(signal?: AbortSignal): Api {
  const methodsOf = (subject: string) =>
    new Proxy({}, { get: (_target, method) => (request: unknown) => ask(subject, String(method), request, signal) });
  const made = new Map<string, object>();
  return new Proxy({} as Api, {
    get: (_target, subject) => {
      const name = String(subject);
      if (!made.has(name)) made.set(name, methodsOf(name));
      return made.get(name);
    },
  });
}

/**
 * What the engine has to compute first. A browser opens six connections at most: were these to take all of them, the
 * paper would wait for its samples.
 */
const computed = new Set([
  'review.queue',
  'review.explain',
  'reports.preview',
  'evaluation.compare',
  'evaluation.beats',
]);
const computedAtOnce = 3;
let computing = 0;
const waiting: (() => void)[] = [];

async function ask(subject: string, method: string, request: unknown, signal?: AbortSignal): Promise<unknown> {
  if (!computed.has(`${subject}.${method}`)) return send(subject, method, request, signal);
  if (computing < computedAtOnce) computing++;
  else await new Promise<void>((resolve) => waiting.push(resolve)); // takes over the place of one that ends
  try {
    return await send(subject, method, request, signal);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else computing--;
  }
}

async function send(subject: string, method: string, request: unknown, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(`/api/${subject}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/cbor' },
    body: new Uint8Array(encoder.encode(request ?? {})),
    signal,
  });
  if (!response.headers.get('content-type')?.includes('cbor'))
    throw new HostFault({ kind: 'host', message: `The program answered ${response.status}.`, logId: '' });
  const answer = decodeValue(new Uint8Array(await response.arrayBuffer())) as Answer<unknown>;
  if (answer.fault) throw new HostFault(answer.fault);
  return answer.value;
}
