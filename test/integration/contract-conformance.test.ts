import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, apiRequests } from '../../src-main/contract/api.ts';
import { serveBrowser, type BrowserHost } from '../../src-main/host/browser/serve.ts';
import { decodeValue, encodeValue } from '../../src-main/host/supervision/frames.ts';
import { openProgram, type Program } from '../../src-main/host/program/program.ts';
import { temporaryFolder } from '../support/program.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let program: Program;
let browser: BrowserHost;
let cookie: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  program = await openProgram({ workspaceFolder: folder.path, host: 'electron' });
  browser = await serveBrowser(program.respond);
  const opened = await fetch(browser.url, { redirect: 'manual' });
  cookie = opened.headers.get('set-cookie')!.split(';')[0];
});
afterAll(async () => {
  await browser.close();
  await program.close();
  await folder.remove();
});

/** The two ways a page reaches the program: Electron hands the request over, a browser sends it. */
const transports = {
  electron: (path: string, init: RequestInit = {}) => program.respond(new Request(`rhythm://workstation${path}`, init)),
  browser: (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${browser.port}${path}`, { ...init, headers: { ...init.headers, cookie } }),
};

describe.each(Object.entries(transports))('the contract over %s', (_host, ask) => {
  const post = async (path: string, request: unknown) => {
    const response = await ask(path, { method: 'POST', body: encodeValue(request) });
    return { status: response.status, answer: response };
  };
  const answered = async (path: string, request: unknown) => {
    const { answer } = await post(path, request);
    return decodeValue(new Uint8Array(await answer.arrayBuffer())) as Answer<unknown>;
  };

  it('answers a method with its value', async () => {
    expect(await answered('/api/records/list', {})).toEqual({ value: [] });
  });

  it('refuses every method a request that is not of its form', async () => {
    const withFields = Object.entries(apiRequests).flatMap(([subject, methods]) =>
      Object.keys(methods).map((method) => `/api/${subject}/${method}`),
    );
    for (const path of withFields) {
      const { status } = await post(path, 'not an object');
      expect([path, status]).toEqual([path, 400]);
    }
  });

  it('tells a refusal in a sentence without a stack', async () => {
    const answer = await answered('/api/records/header', { recordId: 99 });
    expect(answer.fault?.message).toBe('This record is no longer in the library.');
    expect(JSON.stringify(answer)).not.toContain('at ');
  });

  it('knows no other methods, not even those of every object', async () => {
    for (const path of ['/api/records/steal', '/api/toString/call', '/api/records/constructor'])
      expect((await post(path, {})).status).toBe(404);
  });

  it('streams what happens as frames', async () => {
    const controller = new AbortController();
    const response = await ask('/api/events', { signal: controller.signal });
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(decodeValue(first.value!.subarray(4))).toBe(null);
    program.parts.events.announce({ event: 'onModelsChanged' });
    const second = await reader.read();
    expect(decodeValue(second.value!.subarray(4))).toEqual({ event: 'onModelsChanged' });
    await reader.cancel();
    controller.abort();
  });

  it('lets a page load nothing from elsewhere', async () => {
    const policy = (await ask('/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
  });
});

describe('the browser host', () => {
  const at = (path: string) => `http://127.0.0.1:${browser.port}${path}`;

  it('answers nobody without the cookie', async () => {
    expect((await fetch(at('/api/records/list'), { method: 'POST' })).status).toBe(401);
  });

  it('takes its token once', async () => {
    expect((await fetch(browser.url, { redirect: 'manual' })).status).toBe(403);
  });

  it('refuses a page of another origin', async () => {
    const response = await fetch(at('/'), { headers: { cookie, origin: 'http://evil.example' } });
    expect(response.status).toBe(403);
  });

  it('keeps uploads to names in one folder', async () => {
    const escape = await fetch(at('/upload/batch/..%2Fevil.txt'), { method: 'PUT', headers: { cookie }, body: 'x' });
    expect(escape.status).toBe(400);
  });
});
