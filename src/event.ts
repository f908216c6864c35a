/**
 * Everything that can happen in a run. Each event is addressed to an actor, or is a note by one, and becomes one line
 * of the trace: `at` (virtual ns), `actor`, `kind` (the event's type), and the fields below, models as their digests.
 */
import type { AirAggregate, PreparedPiece, SetUpPiece, Update, UpdateStatistics, UplinkSchedule } from './carried.ts';
import type { Measured } from './later.ts';
import type { ControlVariate, MemorySlot, ModelVersion } from './model-version.ts';

export type {
  AirAggregate,
  ControlVariate,
  MemorySlot,
  ModelVersion,
  PreparedPiece,
  SetUpPiece,
  Update,
  UpdateStatistics,
  UplinkSchedule,
};

/** Messages from actor to actor: what the network carries. */
export type Message =
  /** A server's model reaches a client, or the central server's an edge server. */
  | {
      readonly type: 'model.received';
      readonly from: string;
      readonly round: number;
      readonly model: ModelVersion;
      /** Local steps that the client is asked for, where they differ from client to client. */
      readonly localSteps?: number;
      /** Where the server's rule corrects local steps. */
      readonly control?: ControlVariate;
    }
  /** A member's update reaches its server. */
  | ({ readonly type: 'update.received'; readonly from: string; readonly round: number } & Update)
  /** A member's update is ready to be sent over the air; this is what its server may know before it says who sends. */
  | ({
      readonly type: 'update.reported';
      readonly from: string;
      readonly round: number;
      readonly samples: number;
      readonly localSteps: number;
      readonly loss: Measured;
    } & UpdateStatistics)
  /** A server lets a client send, and says with which weight ω. */
  | { readonly type: 'uplink.granted'; readonly from: string; readonly round: number; readonly weight: number }
  /** A server does without a client's update. */
  | { readonly type: 'uplink.released'; readonly from: string; readonly round: number }
  /** A server asks a client for what its algorithm needs before the first round. */
  | { readonly type: 'setup.requested'; readonly from: string; readonly round: number }
  /** What a client has made of its data reaches its server. */
  | ({ readonly type: 'setup.received'; readonly from: string; readonly round: number } & SetUpPiece)
  /** What other clients have made for a client reaches it, through their server. */
  | {
      readonly type: 'setup.shared';
      readonly from: string;
      readonly round: number;
      /** Whose pieces count, for all clients alike; each has made its own itself. */
      readonly makers: readonly string[];
      readonly memory: readonly MemorySlot[];
    }
  /** A client has what the others have made for it. */
  | { readonly type: 'setup.completed'; readonly from: string; readonly round: number }
  /** A neighbour's model reaches an edge server, in the given exchange (first is 1) of the round's mixing. */
  | {
      readonly type: 'gossip.received';
      readonly from: string;
      readonly round: number;
      readonly exchange: number;
      readonly model: ModelVersion;
    }
  /** A neighbour that mixes asynchronously passes its model on; unless it has a weight, the values have been exchanged. */
  | {
      readonly type: 'model.shared';
      readonly from: string;
      readonly round: number;
      readonly model: ModelVersion;
      /** What it weighs here, where it is mixed in now; the values have not been exchanged yet. */
      readonly weight?: number;
    }
  | { readonly type: 'share.acknowledged'; readonly from: string; readonly round: number }
  /** The link to a member or neighbour broke, or came back. */
  | { readonly type: 'peer.lost'; readonly peer: string }
  | {
      readonly type: 'peer.returned';
      readonly peer: string;
      /** The round from which an edge server takes part again; absent for a client. */
      readonly round?: number;
    };

/** What a server hears of its members: they come and go by handovers. */
export type Membership =
  | { readonly type: 'member.joined'; readonly member: string; readonly samples: number }
  | { readonly type: 'member.left'; readonly member: string; readonly samples: number };

/** Answers to what a machine asked for. */
export type Reply =
  | {
      readonly type: 'cohort.scheduled';
      readonly round: number;
      /** Whom the policy invites, in id order. */
      readonly cohort: readonly string[];
      /** Members that were free; with none the server waits for one, else an empty cohort skips the round. */
      readonly idle: number;
      readonly closeAfter: number | null;
      /** Local steps of each invited client, where they differ from client to client. */
      readonly localSteps?: readonly number[];
      /** Tier of each invited client, 0 the fastest, where the server divides clients into tiers. */
      readonly tiers?: readonly number[];
      /** ω of each invited client, where the policy weighs: w ← w + Σ ω (w_i − w). */
      readonly weights?: readonly number[];
      /** With which probability the policy would have drawn whom, where it draws. */
      readonly candidates?: readonly string[];
      readonly probabilities?: readonly number[];
    }
  /** Who of those that have reported sends over the air. */
  | ({ readonly type: 'uplink.scheduled'; readonly round: number } & UplinkSchedule)
  /** A sum of updates has come in over the air. */
  | ({ readonly type: 'aggregate.received'; readonly round: number } & AirAggregate)
  | ({ readonly type: 'training.finished'; readonly round: number } & Update)
  /** A client has made what its server has asked for before the first round. */
  | ({ readonly type: 'setup.prepared'; readonly round: number } & PreparedPiece)
  /** A weighted sum of models is there: an aggregation (exchange 0) or one exchange of a mixing. */
  | {
      readonly type: 'models.combined';
      readonly round: number;
      readonly exchange: number;
      readonly model: ModelVersion;
      /** What has changed in the server's memory by that, where it has one. */
      readonly memory?: readonly MemorySlot[];
      /** Whether the rule could make nothing of the updates that came, and left the model as it was. */
      readonly skipped?: true;
    }
  /** An asynchronous exchange is done: the server's model after it, and what it was made of. */
  | {
      readonly type: 'models.mixed';
      readonly round: number;
      /** t, aggregations of all edge servers so far. */
      readonly iteration: number;
      /** The server and its neighbours, in order, with their staleness δ and their weights. */
      readonly servers: readonly string[];
      readonly staleness: readonly number[];
      readonly weights: readonly number[];
      readonly model: ModelVersion;
      /** Where neighbours mix later: ŷ, which is on its way to them, and what it will weigh at each of `servers`. */
      readonly shared?: ModelVersion;
      readonly sharedWeights?: readonly number[];
    }
  /** A neighbour's asynchronous exchange has changed this server's model. */
  | { readonly type: 'model.replaced'; readonly from: string; readonly iteration: number; readonly model: ModelVersion }
  /** The last bit of the client's upload has left it. */
  | {
      readonly type: 'upload.finished';
      readonly round: number;
      readonly bits: number;
      readonly seconds: number;
      /**
       * P|h|²/N [dB] of the client's link when the upload began: its whole power over the channel's whole bandwidth, path
       * loss, shadowing, obstacles and the fading of that block included, other cells' interference not. Absent where the
       * rate is fixed, where the link was cut just then, and of a sum over the air, whose `uplink.scheduled` has them.
       */
      readonly snrDb?: number;
    }
  /** A server has begun to send to this client. */
  | { readonly type: 'download.started'; readonly from: string; readonly round: number }
  | { readonly type: 'deadline.passed'; readonly round: number }
  /** Every edge server is ready for this exchange, where they wait for all before each. */
  | { readonly type: 'barrier.passed'; readonly round: number; readonly exchange: number };

/** What the environment or a script does to an actor. */
export type Fault =
  | { readonly type: 'started' }
  /** A client has come into another edge server's cell. */
  | { readonly type: 'handed.over'; readonly from: string; readonly to: string }
  | { readonly type: 'went.offline' }
  | { readonly type: 'came.online' }
  | { readonly type: 'crashed' }
  /** `round`: the round that the actor's peers are in, where it joins again. */
  | { readonly type: 'restarted'; readonly round: number }
  /** The last round or the time is over: edge servers go on exchanging until they agree. `round` numbers the phase. */
  | { readonly type: 'consensus.opened'; readonly round: number };

export type ActorEvent = Message | Reply | Fault | Membership;

/** Facts that an actor states for the record; they change nothing. */
export type Note =
  /** An edge round (or a client–central round, where there are no edge servers) is over. */
  | {
      readonly type: 'round.closed';
      readonly round: number;
      readonly admitted: number;
      /** Invited members that broke away, or updates that were too stale. */
      readonly lost: number;
      /** Of each update that made this version, at a server that waits for nobody. */
      readonly staleness?: readonly number[];
      /** Staleness of each update that was too stale. */
      readonly discarded?: readonly number[];
      readonly model: ModelVersion;
    }
  /** A round of the central server over its edge servers is over. */
  | {
      readonly type: 'central-round.closed';
      readonly round: number;
      readonly admitted: number;
      readonly model: ModelVersion;
    }
  /** An edge server has gone through all exchanges of the final consensus phase. */
  | {
      readonly type: 'consensus.reached';
      readonly round: number;
      readonly exchanges: number;
      readonly model: ModelVersion;
    }
  /** A client lost what it was doing: a download, a training or an upload. */
  | { readonly type: 'work.lost'; readonly round: number };

/** What observers and scripts add to the record. */
export type Observation =
  | {
      readonly type: 'model.evaluated';
      readonly round: number;
      /** k, local steps that every client has taken since the start, where the model lies inside a round. */
      readonly iteration?: number;
      readonly accuracy: number;
      readonly loss: number;
      /** (Σ_d m̃_d ‖y_d − ȳ‖²)^½ over the servers whose mean was scored, where there are several. */
      readonly consensusError?: number;
      /** Of each server's own model, in order, where that is asked for. */
      readonly serverAccuracies?: readonly number[];
      readonly serverLosses?: readonly number[];
    }
  /** `b` is null for a client's access link. */
  | { readonly type: 'link.cut'; readonly a: string; readonly b: string | null }
  | { readonly type: 'link.mended'; readonly a: string; readonly b: string | null }
  | { readonly type: 'link.blocked'; readonly client: string; readonly attenuationDb: number }
  /** Joules that are left: none when empty. */
  | { readonly type: 'battery.empty'; readonly charge: number }
  | { readonly type: 'battery.charged'; readonly charge: number }
  | { readonly type: 'client.slowed'; readonly client: string; readonly factor: number };

export type Fact = ActorEvent | Note | Observation;
