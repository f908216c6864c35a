import type {
  ActorEvent,
  ControlVariate,
  MemorySlot,
  Message,
  ModelVersion,
  Note,
  Update,
  UpdateStatistics,
  UplinkSchedule,
} from '../event.ts';
import type { Measured } from '../later.ts';
import type { Seconds } from '../units.ts';

/** What a member has reported of its update. */
export interface UpdateReport extends UpdateStatistics {
  readonly from: string;
  readonly samples: number;
  readonly localSteps: number;
  readonly loss: Measured;
}

/** One admitted update, with the weight that the aggregation policy gives it; all sum to 1. */
export interface WeighedUpdate extends Pick<Update, 'model' | 'samples' | 'localSteps'> {
  readonly from: string;
  readonly weight: number;
}

/**
 * What a machine may ask for. Effects are data; the runtime performs them in order, right after the transition.
 * An `id` names what `cancel` can take back; it is unique within an actor at any instant.
 */
export type Effect =
  /** Puts a message on its way, or one for each addressee; the network decides when they arrive. `id` makes it an upload that can be cancelled. */
  | {
      readonly type: 'send';
      readonly to: string | readonly string[];
      readonly message: Message | readonly Message[];
      readonly id?: string;
    }
  /** A local update on the client's own data; answered by `training.finished`. */
  | {
      readonly type: 'train';
      readonly id: string;
      readonly round: number;
      readonly model: ModelVersion;
      readonly localSteps?: number;
      readonly control?: ControlVariate;
      /** What the client remembers, where its algorithm gives it a memory. */
      readonly memory?: readonly MemorySlot[];
    }
  /** A weighted sum of models; answered by `models.combined`. */
  | {
      readonly type: 'combine';
      readonly round: number;
      /** 0 for an aggregation, else the exchange of the mixing. */
      readonly exchange: number;
      readonly models: readonly ModelVersion[];
      readonly weights: readonly number[];
      /** Weights are taken as they are, and the rest may be finer than the first model: w + Σ weights · models. */
      readonly sum?: true;
    }
  /** Asks who of those that have reported is to send over the air; answered by `uplink.scheduled`. */
  | {
      readonly type: 'grant';
      readonly id: string;
      readonly round: number;
      readonly reports: readonly UpdateReport[];
      /** ω of each invited client, where the policy has weighed before. */
      readonly weights?: ReadonlyMap<string, number>;
    }
  /** Opens the air for a sum of updates that start from `base`; answered by `aggregate.received`. */
  | {
      readonly type: 'listen';
      readonly id: string;
      readonly round: number;
      readonly base: ModelVersion;
      readonly schedule: UplinkSchedule;
    }
  /** Sends an update over the air, at the instant at which all that are granted send. */
  | {
      readonly type: 'transmit';
      readonly to: string;
      readonly round: number;
      readonly model: ModelVersion;
    }
  /** Takes updates in by the algorithm's server rule, which has a memory; answered by `models.combined`. */
  | {
      readonly type: 'integrate';
      readonly round: number;
      /** The model that the updates started from. */
      readonly model: ModelVersion;
      /** In the order of members. */
      readonly updates: readonly WeighedUpdate[];
      readonly memory: readonly MemorySlot[];
      /** The deadline of the round, or null. */
      readonly closeAfter: Seconds | null;
    }
  /** A client makes what its server has asked for before the first round; answered by `setup.prepared`. */
  | { readonly type: 'prepare'; readonly id: string; readonly round: number }
  /**
   * Adds a weighted sum of models to the actor's own and mixes it with its neighbours' at once, by staleness; answered by
   * `models.mixed`, and by `model.replaced` at each neighbour, unless neighbours mix when the model reaches them.
   */
  | {
      readonly type: 'exchange';
      readonly round: number;
      readonly models: readonly ModelVersion[];
      readonly weights: readonly number[];
      readonly neighbours: readonly string[];
    }
  /** Mixes a neighbour's model into the actor's own, y ← (1 − ω) y + ω ŷ; answered by `model.replaced`. */
  | { readonly type: 'absorb'; readonly from: string; readonly model: ModelVersion; readonly weight: number }
  /** Is ready for an exchange; answered by `barrier.passed` once every edge server is. */
  | { readonly type: 'gather'; readonly round: number; readonly exchange: number }
  /** Asks the scheduling policy whom to invite; answered by `cohort.scheduled`, unless the question is taken back before. */
  | {
      readonly type: 'schedule';
      readonly id: string;
      readonly round: number;
      /** Members that are not to be invited yet. */
      readonly except?: readonly string[];
    }
  /** Delivers `event` to the actor itself after a while. */
  | { readonly type: 'wait'; readonly id: string; readonly seconds: Seconds; readonly event: ActorEvent }
  | { readonly type: 'cancel'; readonly id: string }
  | { readonly type: 'note'; readonly note: Note };
