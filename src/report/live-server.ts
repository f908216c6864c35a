import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';
/** Pages that may listen at a time. */
const LISTENERS_MOST = 16;

/** What a page is told: the run as it stands, or that it is over and how. */
export type LiveEvent = 'run' | 'over';

/** Serves one page on loopback, and tells those who have it open what is new. */
export interface LiveServer {
  readonly url: string;
  /** Pages that listen. */
  readonly listeners: number;
  /**
   * Tells all pages. One that is slow to take what it has been sent skips what comes meanwhile, and gets the newest once
   * it is ready: what waits for a page is never more than one event of each kind.
   *
   * @param text without line breaks
   */
  publish(kind: LiveEvent, text: string): void;
  /** Resolves when every page has taken all, or has gone. */
  taken(): Promise<void>;
  close(): Promise<void>;
}

interface Listener {
  readonly response: ServerResponse;
  /** Kinds of which the newest event is still to be sent. */
  readonly owed: Set<LiveEvent>;
}

/**
 * @param port 0 for any that is free
 * @throws the error of the operating system where the port is taken
 */
export async function serveLive(page: string, port: number): Promise<LiveServer> {
  const newest = new Map<LiveEvent, string>();
  const listeners = new Set<Listener>();
  let waiting: (() => void)[] = [];
  const isTaken = (): boolean =>
    [...listeners].every(({ owed, response }) => owed.size === 0 && !response.writableNeedDrain);
  const settle = (): void => {
    if (!isTaken()) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const give = ({ response, owed }: Listener): void => {
    for (const kind of [...owed]) {
      if (response.writableNeedDrain) return;
      owed.delete(kind);
      response.write(`event: ${kind}\ndata: ${newest.get(kind)}\n\n`);
    }
    settle();
  };
  const listen = (response: ServerResponse): void => {
    response.writeHead(200, { ...HEADERS, ...STREAM });
    response.write('retry: 2000\n\n');
    const listener: Listener = { response, owed: new Set(newest.keys()) };
    listeners.add(listener);
    response.on('drain', () => give(listener));
    response.on('error', () => {});
    response.on('close', () => {
      listeners.delete(listener);
      settle();
    });
    give(listener);
  };
  const server = createServer((request, response) => {
    const reason = refusal(request, (server.address() as AddressInfo).port);
    const path = request.url?.split('?')[0];
    if (reason !== undefined) refuse(response, 403, reason);
    else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405, 'only GET is answered');
    else if (path === '/events' && request.method === 'HEAD') response.writeHead(200, { ...HEADERS, ...STREAM }).end();
    else if (path === '/events' && listeners.size >= LISTENERS_MOST) refuse(response, 503, 'too many pages listen');
    else if (path === '/events') listen(response);
    else if (path === '/')
      response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' }).end(page);
    else refuse(response, 404, 'there is nothing here but the page');
  });
  const sockets = socketsOf(server);
  await listening(server, port);
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    get listeners() {
      return listeners.size;
    },
    publish(kind, text) {
      newest.set(kind, text);
      for (const listener of listeners) {
        listener.owed.add(kind);
        give(listener);
      }
    },
    taken: () => (isTaken() ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        for (const { response } of listeners) response.end();
        server.close(() => resolve());
        // One that has never asked anything counts as busy: only pages that listen are given time for their last events.
        const pages = new Set([...listeners].map(({ response }) => response.socket));
        for (const socket of sockets) if (!pages.has(socket)) socket.destroy();
      }),
  };
}

/** Those that are open. A run that is over doesn't wait for who is silent. */
function socketsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    socket.unref();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
    // A run that is over doesn't wait for pages.
    server.unref();
  });

const STREAM = { 'Content-Type': 'text/event-stream; charset=utf-8' };

const HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`);
}

/**
 * Why a request isn't answered; undefined for one that is. A name that was made to point here (DNS rebinding) shows in
 * `Host`, a page of elsewhere in `Origin` or `Sec-Fetch-Site`. Following a link to the page itself is fine.
 */
export function refusal({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>, port: number): string | undefined {
  const hosts = [`${LOOPBACK}:${port}`, `localhost:${port}`];
  if (!hosts.includes(headers.host ?? '')) return 'this address is not known here';
  if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`)) {
    return 'other pages are not answered';
  }
  const site = headers['sec-fetch-site'];
  const isLink = url === '/' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  const isOwn = site === undefined || site === 'same-origin' || site === 'none' || isLink;
  return isOwn ? undefined : 'other pages are not answered';
}
