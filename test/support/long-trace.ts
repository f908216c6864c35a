import { closeSync, openSync, writeSync } from 'node:fs';
import { sealing } from '../../src/trace/seal.ts';

/**
 * Writes a trace of so many events, in constant memory: clients that train and upload in turns.
 *
 * By hand: `npx tsx -e "import { writeLongTrace } from './test/support/long-trace.ts'; writeLongTrace('/tmp/long.ndjson', 1e7)"`
 */
export function writeLongTrace(path: string, events: number): void {
  const seal = sealing();
  const file = openSync(path, 'w');
  const header =
    '{"fadelab":"trace","schema":3,"version":"0.1.0","node":"v20","scenario":"long","seed":1,"backend":"wasm","task":{},"options":{}}';
  let pending = `${seal(header)}\n`;
  for (let index = 0; index < events; index++) {
    const [client, round, at] = [index % 1000, Math.floor(index / 2000), index * 1000];
    const begin = `{"at":${at},"actor":"client-${client}","kind":`;
    const rest =
      Math.floor(index / 1000) % 2 === 0
        ? `"training.finished","round":${round},"model":"4dd75e72f297a7e7","samples":80,"localSteps":3,"loss":${1 / (1 + round)}}`
        : `"upload.finished","round":${round},"bits":6720,"seconds":${(client + 1) / 1000}}`;
    pending += `${seal(begin + rest)}\n`;
    if (pending.length < 1 << 20) continue;
    writeSync(file, pending);
    pending = '';
  }
  writeSync(file, pending);
  closeSync(file);
}
