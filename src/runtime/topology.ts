import type { GraphGenerator } from '../network/contract.ts';
import type { Handover } from '../policies/handover/contract.ts';
import type { Association } from '../policies/policy.ts';
import type { ActorSpec, CastSetting } from './plan.ts';

/** Who takes part and how they are joined; which of them act is up to the algorithm. */
export interface Topology {
  readonly clients: number;
  readonly edgeServers: number;
  /** Links between edge servers. */
  readonly graph: GraphGenerator;
  /** Which edge server serves whom. */
  readonly association: Association;
  /** Which edge server clients go over to while a run goes on; none where undefined. */
  readonly handover?: Handover | undefined;
  readonly clientId: (index: number) => string;
  readonly edgeServerId: (index: number) => string;
  readonly centralServer: string;
  readonly cast: (setting: CastSetting) => ActorSpec[];
}
