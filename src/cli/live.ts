import { join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { reportPage } from '../report/html.ts';
import { type LiveServer, serveLive } from '../report/live-server.ts';
import { encoded, titleOf } from '../report/reduce-trace.ts';
import { type Reduced, Reducer } from '../report/reduction/reducer.ts';
import type { Readings } from '../runtime/dashboard.ts';
import type { Summary } from '../scenario/summary.ts';
import { openTrace } from '../trace/reader.ts';
import { type TraceTail, tailTrace } from '../trace/tail.ts';

/** Where the page is by default; where that is taken, at any other port. */
const PORT_USUAL = 8417;
const LOOK_MS = 200;
/** A page is told at most so often, and never spends the main thread on more than a share of the time. */
const TELL_MS = 500;
const SHARE_MOST = 0.1;
/** Of the trace, in one go. */
const BYTES_AT_ONCE = 4e6;
/** How long a run that is over waits for pages to take its end. */
const PATIENCE_MS = 3000;

export interface LiveOptions {
  readonly title: string;
  readonly folder: string;
  /** As the user asked for; any that is free where absent and the usual one is taken. */
  readonly port: number | undefined;
}

/** A page that follows a run. */
export interface Live {
  readonly url: string;
  /** Begins to follow what the run writes. */
  follow(read: () => Readings, warn: (message: string) => void): void;
  /** Tells pages how the run ended, and is gone once they have heard it. */
  end(summary: Summary | undefined, words: string): Promise<Reduced | undefined>;
}

/**
 * Serves the page of a run while it goes on. It reads the trace that the run writes, and nothing else: the run neither
 * knows of it nor waits for it.
 */
export async function startLive({ title, folder, port }: LiveOptions): Promise<Live> {
  const server = await opened(reportPage(title, [], { isLive: true }), port);
  let following: Following | undefined;
  return {
    url: server.url,
    follow(read, warn) {
      following = new Following(server, folder, read, warn);
    },
    async end(summary, words) {
      const reduced = following?.end(summary);
      if (reduced !== undefined) server.publish('run', encoded(reduced, 1));
      server.publish('over', words);
      const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
      await Promise.race([server.taken(), patience]);
      await Promise.race([server.close(), patience]);
      return reduced;
    },
  };
}

/** Reads on in the trace now and then, and tells pages. */
class Following {
  readonly #server: LiveServer;
  readonly #folder: string;
  readonly #read: () => Readings;
  readonly #warn: (message: string) => void;
  readonly #timer: NodeJS.Timeout;
  #tail: TraceTail | undefined;
  #reducer: Reducer | undefined;
  #told = { events: -1, next: 0 };

  constructor(server: LiveServer, folder: string, read: () => Readings, warn: (message: string) => void) {
    this.#server = server;
    this.#folder = folder;
    this.#read = read;
    this.#warn = warn;
    this.#timer = setInterval(() => this.#safely(() => this.#look(BYTES_AT_ONCE)), LOOK_MS);
    this.#timer.unref();
  }

  end(summary: Summary | undefined): Reduced | undefined {
    clearInterval(this.#timer);
    this.#safely(() => this.#look(Number.POSITIVE_INFINITY));
    this.#tail?.close();
    return this.#reducer?.end(summary);
  }

  /** Whatever is wrong with the page, the run goes on. */
  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      clearInterval(this.#timer);
      this.#warn(`the live page has stopped: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #look(most: number): void {
    // An earlier run's trace may still lie there until the first event is on record.
    if (this.#tail === undefined && this.#read().events === 0) return;
    if (this.#tail === undefined || this.#reducer === undefined) {
      const { path, header } = openTrace(join(this.#folder, 'trace.ndjson'));
      this.#tail = tailTrace(path);
      this.#reducer = new Reducer({ header, title: titleOf(path) });
    }
    for (const event of this.#tail.read(most)) this.#reducer.see(event);
    this.#tell(this.#reducer);
  }

  #tell(reducer: Reducer): void {
    const now = performance.now();
    if (this.#server.listeners === 0 || reducer.events === this.#told.events || now < this.#told.next) return;
    this.#server.publish('run', encoded(reducer.end(undefined), 1));
    const took = performance.now() - now;
    this.#told = { events: reducer.events, next: now + Math.max(TELL_MS, took / SHARE_MOST) };
  }
}

async function opened(page: string, port: number | undefined): Promise<LiveServer> {
  try {
    return await serveLive(page, port ?? PORT_USUAL);
  } catch (error) {
    if (port === undefined) return serveLive(page, 0);
    throw new ScenarioError({
      what: `invalid --port: ${port}`,
      where: error instanceof Error ? error.message : String(error),
      remedy: 'choose one that is free, or leave it out',
      code: 'OPTION_INVALID',
    });
  }
}
