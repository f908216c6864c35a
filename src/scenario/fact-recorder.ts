import type { Fact } from '../event.ts';
import { plainFact } from '../runtime/backlog.ts';
import { fingerprinting } from '../trace/fingerprint.ts';
import type { TraceHeader } from '../trace/header.ts';
import { line } from '../trace/line.ts';
import { sealing } from '../trace/seal.ts';
import { nowhere, type TraceSink } from '../trace/sink.ts';
import type { Instant } from '../units.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Retake, SimulateOptions } from './simulate.ts';

interface RecorderInput {
  readonly sink: TraceSink;
  readonly header: TraceHeader;
  readonly keep: NonNullable<SimulateOptions['trace']>;
  readonly checkpoints: Checkpoints | undefined;
  readonly retake: Retake | undefined;
  readonly onFact: SimulateOptions['onFact'];
}

/** Writes facts as lines and takes their fingerprint; those of a run that is made again are compared first. */
export function recorder({ sink, header, keep, checkpoints, retake, onFact }: RecorderInput) {
  const prints = fingerprinting();
  const seal = sealing();
  const kept = retake?.kept?.events ?? 0;
  let events = 0;
  const head = seal(JSON.stringify(header));
  if (kept === 0) sink.write(`${head}\n`);
  const write = (at: Instant, actor: string, fact: Fact): void => {
    retake?.transcript.name(fact);
    const text = line(at, actor, fact);
    retake?.transcript.compare(at, text);
    prints.add(actor, fact, text);
    checkpoints?.record(fact);
    if (sink === nowhere) return;
    const whole = seal(text);
    if (++events > kept) sink.write(`${whole}\n`);
  };
  return {
    record(at: Instant, actor: string, fact: Fact): void {
      if (keep !== 'none') write(at, actor, fact);
      onFact?.(at, actor, plainFact(fact));
    },
    end: prints.end,
  };
}
