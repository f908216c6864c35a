/** Goal: the live page answers nobody but itself, and no page can hold it up. Method: plain sockets and requests. */
import { get, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveServer, refusal, serveLive } from '../../../src/report/live-server.ts';

let server: LiveServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = get(new URL(path, server!.url), { headers, method }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
  });

/** Opens the stream of events and gathers what comes. */
function listen() {
  const heard = { text: '', close: () => {} };
  const request = get(new URL('/events', server!.url), (response) => {
    response.setEncoding('utf8');
    response.on('data', (piece: string) => (heard.text += piece));
    response.on('error', () => {});
  });
  request.on('error', () => {});
  heard.close = () => request.destroy();
  return heard;
}

const until = (isSo: () => boolean) => expect.poll(isSo, { timeout: 5000 }).toBe(true);

describe('the live page', () => {
  it('is served on loopback alone', async () => {
    server = await serveLive('<p>here</p>', 0);
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    expect(await ask('/')).toMatchObject({ status: 200, text: '<p>here</p>' });
    const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const outside = others
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    for (const address of outside) {
      const port = Number(new URL(server.url).port);
      const reached = await new Promise((resolve) => {
        const socket = connect({ host: address, port }, () => resolve(true));
        socket.on('error', () => resolve(false));
      });
      expect(reached).toBe(false);
    }
  });

  it('refuses other hosts, other origins and requests that other sites make', async () => {
    server = await serveLive('page', 0);
    const { port } = new URL(server.url);
    for (const path of ['/', '/events']) {
      expect(await ask(path, { host: `evil.example:${port}` })).toMatchObject({ status: 403 });
      expect(await ask(path, { host: '127.0.0.1' })).toMatchObject({ status: 403 });
      expect(await ask(path, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
      expect(await ask(path, { origin: 'null' })).toMatchObject({ status: 403 });
      expect(await ask(path, { origin: `http://127.0.0.1:${Number(port) + 1}` })).toMatchObject({ status: 403 });
      expect(await ask(path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toMatchObject({
        status: 403,
      });
      expect(await ask(path, { 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 403 });
    }
    expect(server.listeners).toBe(0);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(await ask('/', link)).toMatchObject({ status: 200 });
    expect(await ask('/events', link)).toMatchObject({ status: 403 });
    const frame = { ...link, 'sec-fetch-dest': 'iframe' };
    expect(await ask('/', frame)).toMatchObject({ status: 403 });
    expect((await ask('/')).headers).toMatchObject({
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(refusal({ headers: { host: `localhost:${port}` }, url: '/' }, Number(port))).toBeUndefined();
    expect(refusal({ headers: {}, url: '/' }, Number(port))).toBeDefined();
  });

  it('gives no listener’s place to a request for headers alone', async () => {
    server = await serveLive('page', 0);
    for (let k = 0; k < 17; k++) expect(await ask('/events', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(server.listeners).toBe(0);
  });

  it('closes though a connection has never said anything, and another only half of it', async () => {
    server = await serveLive('page', 0);
    const { port } = new URL(server.url);
    const opened = ['', 'GET / HTTP/1.1\r\nHost: '].map((text) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
      socket.on('error', () => {});
      return new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    });
    await Promise.all(opened);
    await server.close();
    server = undefined;
  });

  it('has nothing but the page and its events, and takes nothing in', async () => {
    server = await serveLive('page', 0);
    expect(await ask('/../../etc/passwd')).toMatchObject({ status: 404 });
    expect(await ask('/trace.ndjson')).toMatchObject({ status: 404 });
    expect(await ask('/', {}, 'POST')).toMatchObject({ status: 405 });
  });

  it('tells all who listen, and those who come later the newest', async () => {
    server = await serveLive('page', 0);
    const first = listen();
    await until(() => server!.listeners === 1);
    server.publish('run', 'one');
    await until(() => first.text.includes('event: run\ndata: one\n\n'));
    server.publish('run', 'two');
    const second = listen();
    await until(() => second.text.includes('data: two'));
    expect(second.text).not.toContain('data: one');
    await server.taken();
    first.close();
    await until(() => server!.listeners === 1);
    server.publish('over', 'done');
    await until(() => second.text.includes('event: over\ndata: done'));
  });

  it('keeps no more than the newest for a page that takes nothing, and ends without it', async () => {
    server = await serveLive('page', 0);
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await until(() => server!.listeners === 1);
    const before = process.memoryUsage().external + process.memoryUsage().heapUsed;
    // 1 GB, if they were kept; the system's own buffers are full after some of them.
    for (let k = 0; k < 500; k++) {
      server.publish('run', String(k % 10).repeat(2e6));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const after = process.memoryUsage().external + process.memoryUsage().heapUsed;
    expect(after - before).toBeLessThan(200e6);
    let isTaken = false;
    void server.taken().then(() => {
      isTaken = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isTaken).toBe(false);
    socket.destroy();
    await until(() => isTaken);
    expect(server.listeners).toBe(0);
  });
});
