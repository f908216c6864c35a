import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/event.ts';
import { Checkpoints } from '../../../src/scenario/checkpoints.ts';
import { type FileSink, fileSink } from '../../../src/trace/sink.ts';

const FACT = { at: 0, actor: 'client-0', kind: 'training.started' } as unknown as Fact;

describe('a checkpoint', () => {
  let folder: string;
  let sink: FileSink;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-checkpoints-'));
    writeFileSync(join(folder, 'trace.ndjson'), '');
    sink = fileSink(join(folder, 'trace.ndjson'), { hasMarks: true });
    sink.write('{"fadelab":"trace"}\n');
  });
  afterEach(() => {
    sink.close();
    rmSync(folder, { recursive: true });
  });

  it('is not written again where nothing has happened since, so that the one before it is of an earlier time', () => {
    const checkpoints = new Checkpoints({ seconds: 1 }, { folder, sink, kept: 0 });
    const write = () => {
      checkpoints.visit();
      return statSync(join(folder, 'checkpoint.bin')).ino;
    };
    const happens = () => {
      checkpoints.record(FACT);
      sink.write('{"kind":"training.started"}\n');
    };
    happens();
    const first = write();
    expect(write()).toBe(first);
    happens();
    expect(write()).not.toBe(first);
    expect(statSync(join(folder, 'checkpoint.previous.bin')).ino).toBe(first);
  });
});
