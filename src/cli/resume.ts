import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../scenario/host.ts';
import { openTrace } from '../trace/reader.ts';
import { exitCode } from './exit-code.ts';
import { recordedScenario } from './recorded.ts';
import { watch } from './run.ts';
import { readRunOptions } from './run-options.ts';
import { printJson, type Terminal } from './terminal.ts';

/** What commander read, still as text. */
export interface ResumeVerbOptions {
  readonly scenario?: string;
  readonly trust?: boolean;
  readonly threads?: string;
  readonly stepTimeout?: string;
  readonly checkpoint?: string;
  readonly report?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `fadelab resume`: goes on with a run that was killed; a run that is over stays as it is. */
export async function resumeVerb(folder: string, raw: ResumeVerbOptions, host: Host, to: Terminal): Promise<number> {
  const { scenario: moved, trust, ...rest } = raw;
  const { threads, stepTimeout, checkpoint } = readRunOptions(rest);
  const trace = openTrace(folder);
  if (trace.summary !== undefined) return isOver(folder, raw, to);
  const { source, overrides, scenario, fork } = await recordedScenario(trace, { moved, isTrusted: trust === true });
  const run = {
    ...{ source, overrides, threads, out: folder, isResumed: true },
    ...(fork === undefined ? {} : { fork: { ...fork, trace: trace.path } }),
    ...(stepTimeout === undefined ? {} : { stepTimeout }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  return watch(run, { scenario, host, raw: rest, to });
}

function isOver(folder: string, { json }: ResumeVerbOptions, to: Terminal): number {
  if (json === true) printJson(to, JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')));
  else to.print(`the run in ${folder} is over: there is nothing to resume`);
  return exitCode.fine;
}
