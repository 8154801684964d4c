import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { rendererFolder } from './app-root.ts';

/** Everything a window or browser asks of the program, apart from who may ask: the contract, files and the screens. */
export interface WebParts {
  readonly contract: (request: Request) => Promise<Response | undefined>;
  /** Path of the PDF that a report job wrote, or undefined. */
  readonly reportPath: (jobId: number) => string | undefined;
  readonly uploadsFolder: string;
}

/** No network but the program itself: a page that tries is stopped by the browser. */
export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.pdf': 'application/pdf',
};

export function webResponder(parts: WebParts): (request: Request) => Promise<Response> {
  return async (request) => {
    const response =
      (await parts.contract(request)) ??
      (await upload(parts.uploadsFolder, request)) ??
      (await file(parts, new URL(request.url).pathname));
    response.headers.set('content-security-policy', contentPolicy);
    response.headers.set('x-content-type-options', 'nosniff');
    response.headers.set('referrer-policy', 'no-referrer');
    return response;
  };
}

const safeName = /^[A-Za-z0-9][\w .()+-]{0,120}$/;

/** `PUT /upload/<batch>/<file>`: a dropped file comes to the program; the import of the batch removes it. */
async function upload(uploadsFolder: string, request: Request): Promise<Response | undefined> {
  const path = decodeURIComponent(new URL(request.url).pathname);
  if (!path.startsWith('/upload/')) return undefined;
  if (request.method !== 'PUT' || !request.body) return new Response(null, { status: 405 });
  const [batch, name, ...rest] = path.slice('/upload/'.length).split('/');
  if (rest.length > 0 || !safeName.test(batch ?? '') || !safeName.test(name ?? ''))
    return new Response('This file name cannot be taken over: rename the file.', { status: 400 });
  const folder = join(uploadsFolder, batch);
  await mkdir(folder, { recursive: true });
  const target = join(folder, name);
  try {
    // The web's and Node's stream types describe the same object.
    await pipeline(Readable.fromWeb(request.body as NodeReadableStream), createWriteStream(target));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  return new Response(null, { status: 204 });
}

async function file(parts: WebParts, pathname: string): Promise<Response> {
  const report = /^\/files\/report\/(\d+)$/.exec(pathname);
  const path = report
    ? parts.reportPath(Number(report[1]))
    : join(rendererFolder, normalize(pathname === '/' ? '/index.html' : decodeURIComponent(pathname)));
  if (!path || (!report && !path.startsWith(rendererFolder))) return new Response('Not found', { status: 404 });
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) return new Response('Not found', { status: 404 });
  const headers: Record<string, string> = {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    'content-length': String(facts.size),
    'cache-control': 'no-cache',
  };
  if (report) headers['content-disposition'] = `inline; filename="${basename(path)}"`;
  return new Response(Readable.toWeb(createReadStream(path)) as unknown as ReadableStream, { headers });
}
