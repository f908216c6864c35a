import { CommanderError } from 'commander';
import { withoutPassword } from '../cluster/redis-url.ts';
import { DivergenceError, type Problem, ScenarioError, SimulationError, sayProblem } from '../errors.ts';
import { version } from '../version.ts';
import { exitCode, Interrupted } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

/**
 * Says what went wrong, and how the program ends for it: the user's problems one a line and without a stack, our own
 * mistakes with everything that helps to find them.
 */
export function fail(error: unknown, args: readonly string[], to: Terminal): number {
  if (error instanceof Interrupted) {
    to.say(error.message);
    return exitCode.interrupted;
  }
  const problems = problemsOf(error);
  const isJson = args.includes('--json');
  if (problems === undefined) return confess(error, args, isJson, to);
  if (isJson) printJson(to, { error: { problems } });
  else for (const problem of problems) to.say(`error: ${sayProblem(problem)}`);
  return exitCode.misuse;
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ScenarioError) return error.problems;
  if (error instanceof DivergenceError) return [error.problem];
  if (error instanceof SimulationError) return [error.problem];
  if (error instanceof CommanderError) return [commandProblem(error)];
  return undefined;
}

/** What commander says, in the shape of our own problems. */
function commandProblem({ code, message }: CommanderError): Problem {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n');
  const [, verb, thing, value] = /^(unknown|missing required) (\w+) '?([^']*)'?/.exec(first) ?? [];
  const suggestion = hint?.replace(/^\(D(id you mean .*\?)\)$/, 'd$1');
  const remedy = suggestion ?? 'see fadelab --help';
  if (verb === 'unknown') return { what: `unknown ${thing}: ${JSON.stringify(value)}`, remedy, code: 'OPTION_UNKNOWN' };
  if (code === 'commander.optionMissingArgument') {
    const option = /'([^']+)'/.exec(first)?.[1] ?? first;
    return { what: `missing value: ${option}`, remedy: 'write one after it', code: 'OPTION_MISSING' };
  }
  return { what: `invalid command line: ${first.replace(/\.$/, '')}`, remedy, code: 'OPTION_INVALID' };
}

function confess(error: unknown, args: readonly string[], isJson: boolean, to: Terminal): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const reproduce = ['fadelab', ...args.map(withoutPassword).map(quoted)].join(' ');
  const versions = `fadelab ${version}, Node ${process.version}, ${process.platform} ${process.arch}`;
  if (isJson) printJson(to, { error: { problems: [], bug: { stack, reproduce, versions } } });
  else {
    to.say(`This is a bug in fadelab, not your mistake. Please report it with these lines:\n\n${stack}\n`);
    to.say(`to reproduce  ${reproduce}\nversions      ${versions}`);
  }
  return exitCode.bug;
}

const quoted = (text: string): string => (/^[\w./:=@%+,#-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
