import { SingleBar } from 'cli-progress';
import { plural, score, span } from '../report/quantity.ts';
import type { Readings } from '../runtime/dashboard.ts';
import { wallClock } from '../scenario/wall-clock.ts';
import type { Seconds } from '../units.ts';
import { harmless, terminal } from './terminal.ts';

/** Shows how far a run is, and keeps warnings apart from it. */
export interface Progress {
  warn(message: string): void;
  end(): void;
}

export interface ProgressOptions {
  readonly read: () => Readings;
  /** Rounds after which the run ends; Infinity where something else ends it. */
  readonly rounds: number;
  /** Virtual time at which the run ends; Infinity where something else ends it. */
  readonly until: Seconds;
  readonly quiet: boolean;
}

const REDRAW_MS = 100;
const LINE_MS = 10_000;
const BAR_COLUMNS = 16;
/** Resolution of the bar. */
const WHOLE = 1000;
/** Before this share is done, a forecast of the rest says little. */
const FORECAST_FROM = 0.01;

/** A bar on a terminal, a line now and then elsewhere; both on stderr. */
export function showProgress({ read, rounds, until, quiet }: ProgressOptions): Progress {
  if (quiet) return { warn: (message) => say(warning(message)), end: () => {} };
  const began = wallClock();
  const state = () => {
    const readings = { ...read(), roundsPlanned: rounds };
    const share = shareDone(readings, until);
    return { share, line: sayReadings(readings, share, wallClock() - began) };
  };
  return process.stderr.isTTY ? bar(state) : lines(state);
}

interface State {
  /** Of the run, 0 … 1; undefined where nobody knows its end. */
  readonly share: number | undefined;
  readonly line: string;
}

function bar(state: () => State): Progress {
  const first = state();
  const format = first.share === undefined ? '{line}' : '{bar} {percentage} % · {line}';
  const shown = new SingleBar({
    ...{ format, barsize: BAR_COLUMNS, hideCursor: true, clearOnComplete: true, stream: process.stderr },
    ...{ barCompleteChar: '█', barIncompleteChar: '░', gracefulExit: false, autopadding: true },
  });
  shown.start(WHOLE, 0, { line: first.line });
  const redraw = setInterval(() => {
    const { share, line } = state();
    shown.update(Math.round((share ?? 0) * WHOLE), { line });
  }, REDRAW_MS);
  return {
    warn: (message) => void process.stderr.write(`\r\u001B[K${harmless(warning(message))}\n`),
    end() {
      clearInterval(redraw);
      shown.stop();
    },
  };
}

function lines(state: () => State): Progress {
  const timer = setInterval(() => {
    const { share, line } = state();
    say(share === undefined ? line : `${String(Math.floor(share * 100)).padStart(3)} % · ${line}`);
  }, LINE_MS);
  return { warn: (message) => say(warning(message)), end: () => clearInterval(timer) };
}

const say = (text: string): void => terminal.say(text);
const warning = (message: string): string => `warning: ${message}`;

/** The greater of what is done of the rounds and of the virtual time. */
export function shareDone({ now, round, roundsPlanned }: Readings, until: Seconds): number | undefined {
  const isKnown = Number.isFinite(roundsPlanned) || Number.isFinite(until);
  return isKnown ? Math.min(1, Math.max(round / roundsPlanned, now / until)) : undefined;
}

/** One line: round, virtual time, accuracy, and the wall time that remains. */
export function sayReadings(readings: Readings, share: number | undefined, wall: Seconds): string {
  const { now, events, round, roundsPlanned, accuracy } = readings;
  if (events === 0) return 'getting ready';
  const rounds = Number.isFinite(roundsPlanned) ? `round ${round}/${roundsPlanned}` : plural(round, 'round');
  const parts = [rounds, `t = ${span(now)}`];
  if (!Number.isNaN(accuracy)) parts.push(`accuracy ${score(accuracy)}`);
  if (share !== undefined && share >= FORECAST_FROM)
    parts.push(`${span(Math.ceil((wall * (1 - share)) / share))} left`);
  return parts.join(' · ');
}
