import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type Answer, type Api, apiRequests, type Fault } from '../../contract/api.ts';
import { decodeValue, encodeFrame, encodeValue } from '../supervision/frames.ts';
import { JobFailed } from '../supervision/job-failed.ts';
import type { EventHub } from './event-hub.ts';

/** A refusal with words for the reader, thrown by use cases at the border. */
export class Refusal extends Error {
  readonly kind: string;
  constructor(kind: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
  }
}

const cbor = { 'content-type': 'application/cbor', 'cache-control': 'no-store' };

/**
 * The contract as one function from a web request to a web response, the same in both hosts.
 * Answers `POST /api/<subject>/<method>` and `GET /api/events`; undefined for any other path.
 */
export function contractResponder(api: Api, events: EventHub, log: (fault: Fault, cause: unknown) => void) {
  return async (request: Request): Promise<Response | undefined> => {
    const path = new URL(request.url).pathname;
    if (request.method === 'GET' && path === '/api/events') return eventStream(events, request.signal);
    const [, root, subject, method, ...rest] = path.split('/');
    if (root !== 'api') return undefined;
    if (request.method !== 'POST' || rest.length > 0) return new Response(null, { status: 405 });
    const parsers = own(apiRequests, subject) as Record<string, v.GenericSchema> | undefined;
    const parser = parsers && own(parsers, method);
    if (!parser) return new Response(null, { status: 404 });
    let answer: Answer<unknown>;
    let status = 200;
    try {
      const parsed = v.safeParse(parser, decodeValue(new Uint8Array(await request.arrayBuffer())));
      if (!parsed.success) {
        status = 400;
        throw new Refusal(
          'bad-request',
          `${subject}.${method}: ${v.getDotPath(parsed.issues[0]) ?? 'the request'} ${parsed.issues[0].message}`,
        );
      }
      const subjectApi = api[subject as keyof Api] as unknown as Record<string, (r: unknown) => Promise<unknown>>;
      answer = { value: await subjectApi[method](parsed.output) };
    } catch (error) {
      const fault = faultOf(error);
      log(fault, error);
      answer = { fault };
    }
    return new Response(encodeValue(answer), { status, headers: cbor });
  };
}

const own = <Shape extends object>(shape: Shape, key: string): Shape[keyof Shape] | undefined =>
  Object.hasOwn(shape, key) ? shape[key as keyof Shape] : undefined;

/** What people are told of an error: its sentence, and the number to find it in the log. */
export function faultOf(error: unknown): Fault {
  const logId = randomUUID().slice(0, 8);
  if (error instanceof Refusal) return { kind: error.kind, message: error.message, logId };
  if (error instanceof JobFailed) return { kind: error.failure.kind, message: error.message, logId };
  return { kind: 'fault', message: error instanceof Error ? error.message : String(error), logId };
}

function eventStream(events: EventHub, signal: AbortSignal): Response {
  let stop: (() => void) | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // A first, empty frame tells the client that the stream is open.
      controller.enqueue(encodeFrame(null));
      stop = events.listen((event) => controller.enqueue(encodeFrame(event)));
      signal.addEventListener('abort', () => stop?.());
    },
    cancel() {
      stop?.();
    },
  });
  return new Response(body, { headers: { ...cbor, 'content-type': 'application/octet-stream' } });
}
