import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { fail } from '../../../src/cli/fail.ts';
import { ScenarioError, SimulationError } from '../../../src/errors.ts';

function failed(error: unknown, args: readonly string[] = ['run']) {
  const printed: string[] = [];
  const said: string[] = [];
  const code = fail(error, args, {
    print: (line) => void printed.push(line),
    say: (line) => void said.push(line),
    width: 80,
  });
  return { code, printed, said: said.join('\n') };
}
const problem = { what: 'invalid x: 1', where: 'here', remedy: 'pass 2', code: 'OPTION_INVALID' } as const;

describe('fail', () => {
  it('says each problem of the user on a line, without a stack, and ends with 2', () => {
    const { code, printed, said } = failed(new ScenarioError([problem, { ...problem, what: 'invalid y: 1' }]));
    expect(said).toBe(
      'error: invalid x: 1 (here); pass 2 [OPTION_INVALID]\nerror: invalid y: 1 (here); pass 2 [OPTION_INVALID]',
    );
    expect([code, printed]).toEqual([2, []]);
  });

  it('prints one object with --json and nothing else', () => {
    const { code, printed, said } = failed(new SimulationError(problem), ['run', '--json']);
    expect(printed.map((line) => JSON.parse(line))).toEqual([{ error: { problems: [problem] } }]);
    expect([code, said]).toEqual([2, '']);
  });

  it('owns up to a bug: stack, command and versions, and ends with 70', () => {
    const { code, said } = failed(new TypeError('oh no'), ['run', './my file.ts']);
    expect(code).toBe(70);
    for (const part of [
      'bug in fadelab',
      'TypeError: oh no',
      'fail.test.ts',
      "fadelab run './my file.ts'",
      process.version,
    ]) {
      expect(said).toContain(part);
    }
  });

  it.each([
    [
      "error: unknown option '--thread'\n(Did you mean --threads?)",
      'unknown option: "--thread"; did you mean --threads?',
    ],
    ["error: unknown command 'rn'", 'unknown command: "rn"; see fadelab --help'],
  ])("gives commander's words our shape", (message, text) => {
    const { code, said } = failed(new CommanderError(1, 'commander.unknownOption', message));
    expect(said).toBe(`error: ${text} [OPTION_UNKNOWN]`);
    expect(code).toBe(2);
  });
});
