import type { TraceEvent } from '../../trace/reader.ts';

/** What an actor does, as a timeline shows it; the index is the code of a state in a record. */
export const STATES = ['waiting', 'receiving', 'computing', 'transmitting', 'offline'] as const;
export type State = 0 | 1 | 2 | 3 | 4;

const [WAITING, RECEIVING, COMPUTING, TRANSMITTING, OFFLINE] = [0, 1, 2, 3, 4] as const satisfies State[];

/** What an event makes of a client. */
const OF_CLIENT: Readonly<Record<string, State>> = {
  'download.started': RECEIVING,
  'model.received': COMPUTING,
  'setup.requested': COMPUTING,
  'setup.prepared': TRANSMITTING,
  // Over the air it only reports, and waits for a grant from then on.
  'training.finished': TRANSMITTING,
  'uplink.granted': TRANSMITTING,
  'uplink.released': WAITING,
  'upload.finished': WAITING,
  'work.lost': WAITING,
};

/** What an event makes of a server: collecting counts as receiving, passing its model on as transmitting. */
const OF_SERVER: Readonly<Record<string, State>> = {
  'cohort.scheduled': RECEIVING,
  'models.combined': TRANSMITTING,
  'aggregate.received': RECEIVING,
  'round.closed': WAITING,
  'central-round.closed': WAITING,
};

/** What an event makes of any actor. */
const OF_ANY: Readonly<Record<string, State>> = {
  'went.offline': OFFLINE,
  crashed: OFFLINE,
  'came.online': WAITING,
  restarted: WAITING,
};

export const isClient = (actor: string): boolean => actor.startsWith('client-');
/** Others, such as the observer and the script, have no lane. */
export const hasLane = (actor: string): boolean => isClient(actor) || actor.startsWith('edge-') || actor === 'central';

/** The state that an event puts its actor into; undefined where it stays as it was. */
export function stateAfter({ actor, kind, cohort }: TraceEvent, before: State): State | undefined {
  const anyway = OF_ANY[kind];
  if (anyway !== undefined) return anyway;
  if (before === OFFLINE) return undefined;
  if (isClient(actor)) return OF_CLIENT[kind];
  if (kind === 'cohort.scheduled' && Array.isArray(cohort) && cohort.length === 0) return WAITING;
  return OF_SERVER[kind];
}

/** A report is at the server: its client waits for a grant. */
export const afterReport = (before: State): State => (before === TRANSMITTING ? WAITING : before);
