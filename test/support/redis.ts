import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Whether a Redis server can be started here. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** For the title of tests that need one. */
export const orWhyNot = hasRedis ? '' : ' (not run: there is no redis-server here)';

export interface RedisHere {
  readonly url: string;
  /** One of the server's sixteen databases, each time another. */
  database(): Database;
  end(): Promise<void>;
}

export interface Database {
  readonly url: string;
  keys(): Promise<string[]>;
  clear(): Promise<unknown>;
  /** Writes a field of a hash, as a stranger could. */
  write(key: string, field: string, text: string): Promise<unknown>;
}

/** A port of the loopback that was free just now. */
export const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A server of its own on the loopback, which keeps nothing. */
export async function startRedis(password?: string): Promise<RedisHere> {
  const folder = mkdtempSync(join(tmpdir(), 'fadelab-redis-'));
  const port = await freePort();
  const secret = password === undefined ? [] : ['--requirepass', password];
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const server: ChildProcess = spawn('redis-server', [...place, '--save', '', ...secret], { stdio: 'ignore' });
  const clients: Redis[] = [];
  const open = (db: number): Redis => {
    const client = new Redis({ port, host: '127.0.0.1', db, ...(password === undefined ? {} : { password }) });
    client.on('error', () => {}); // Until it is up.
    clients.push(client);
    return client;
  };
  await open(0).ping();
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    database() {
      const db = clients.length;
      const client = open(db);
      return {
        url: `${url}/${db}`,
        keys: () => client.keys('*'),
        clear: () => client.flushdb(),
        write: (key, field, text) => client.hset(key, field, text),
      };
    },
    async end() {
      for (const client of clients) client.disconnect();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
