import { present } from '../assert.ts';
import { ScenarioError } from '../errors.ts';
import { plural } from '../report/quantity.ts';
import { exitCode } from './exit-code.ts';
import { catchInterrupts } from './interrupts.ts';
import { readEngine } from './lab-options.ts';
import { readRunOptions, readSpan } from './run-options.ts';
import type { Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface RawWorkerOptions {
  readonly engine: string;
  readonly threads?: string;
  readonly idle?: string;
}

/** `fadelab worker`: runs worlds of studies that were started elsewhere. */
export async function worker({ engine, threads, idle }: RawWorkerOptions, to: Terminal): Promise<number> {
  const place = present(readEngine(engine), 'engine');
  const count = Math.max(1, readRunOptions(threads === undefined ? {} : { threads }).threads);
  const idleMs = idle === undefined ? Number.POSITIVE_INFINITY : 1000 * readIdle(idle);
  const stopping = new AbortController();
  const interrupts = catchInterrupts(() => stopping.abort());
  const { serve } = await import('../cluster/serve.ts');
  const say = (message: string) => to.say(message);
  try {
    const worlds = await serve({
      ...{ place, threads: count, idleMs, say, signal: stopping.signal },
      onReady: () => say(`listening at ${place.shown}, ${plural(count, 'world')} side by side; Ctrl-C ends it`),
    });
    say(`ran ${plural(worlds, 'world')}`);
  } finally {
    interrupts.release();
  }
  return stopping.signal.aborted ? exitCode.interrupted : exitCode.fine;
}

function readIdle(text: string): number {
  const span = readSpan(text, '--idle');
  if (typeof span === 'number') return span;
  throw new ScenarioError(span);
}
