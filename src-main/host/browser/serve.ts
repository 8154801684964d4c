import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export interface BrowserHost {
  /** Address with the one-time token, to open once. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const cookieName = 'rhythm-session';

/**
 * Serves the program to a browser on this machine only: 127.0.0.1, a free port (or the one given), a one-time token
 * that is exchanged for an HttpOnly, SameSite=Strict cookie, and no answer to a foreign Host or Origin (DNS rebinding).
 */
export async function serveBrowser(respond: (request: Request) => Promise<Response>, port = 0): Promise<BrowserHost> {
  let token: string | undefined = randomBytes(24).toString('base64url');
  const sessions = new Set<string>();
  const app = new Hono();
  let authority = '';

  app.use(async (context, next) => {
    const host = context.req.header('host');
    const origin = context.req.header('origin');
    const isOurs = (value: string) => value === authority || value === authority.replace('127.0.0.1', 'localhost');
    if (!host || !isOurs(host)) return context.text('This address is not served.', 403);
    if (origin && !isOurs(origin.replace(/^http:\/\//, ''))) return context.text('Foreign pages get no answer.', 403);
    await next();
  });
  app.get('/open/:token', (context) => {
    if (!token || !isEqual(context.req.param('token'), token))
      return context.text('This link was used already. Start the program again, or use the window it opened.', 403);
    token = undefined;
    const session = randomBytes(24).toString('base64url');
    sessions.add(session);
    setCookie(context, cookieName, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.redirect('/');
  });
  app.all('*', async (context) => {
    const session = getCookie(context, cookieName);
    if (!session || !sessions.has(session))
      return context.text('Open the program with the address it printed when it started.', 401);
    return respond(context.req.raw);
  });

  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => resolve(started));
    started.on('error', reject);
  });
  const address = server.address() as AddressInfo;
  authority = `127.0.0.1:${address.port}`;
  return {
    url: `http://${authority}/open/${token}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Event streams stay open for ever; closing means closing them too.
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
