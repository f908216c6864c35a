import type { Task } from '../learning/contract.ts';
import type { Streams } from '../math/streams.ts';
import type { Channel } from '../network/contract.ts';
import { rateShares } from '../network/rate-shares.ts';
import type { Fitting } from '../policies/algorithm.ts';
import type { Devices } from '../runtime/plan.ts';
import { toDurationUp, toSeconds } from '../units.ts';

interface Setting {
  readonly channel: Channel;
  readonly devices: Devices;
  readonly task: Task;
  /** Clients of each cell, by index. */
  readonly clusters: readonly (readonly number[])[];
  readonly clientIds: readonly string[];
  readonly draws: Streams;
}

/**
 * How fast clients are, from the models alone: their clocks, a link of their own of fixed rate to the central server, whose
 * tries may be lost, and stragglers with an exponential excess. The download is free, as on all links of fixed rate.
 *
 * Limits: recorded computing times, faults and availability are not known ahead.
 */
export function paces({ channel, devices, task, clusters, clientIds, draws }: Setting): Fitting['pace'] {
  const shares = rateShares(channel, clientIds, draws);
  return (index, upload) => {
    const { excess } = devices.straggler;
    if (channel.type !== 'fixed' || channel.clientToCloud === 'relay' || excess === undefined) return undefined;
    const id = clientIds[index] as string;
    const cluster = Math.max(
      0,
      clusters.findIndex((members) => members.includes(index)),
    );
    const view = { index, count: clientIds.length, cluster, clusters: clusters.length };
    const clock = devices.clock.macsPerSecond(view, draws(`${id}/clock`));
    return {
      ...{ secondsPerRow: (devices.passes * task.macsPerSample) / clock, excess, before: 0 },
      // A transfer ends with the nanosecond in which its last bit comes.
      attempt: toSeconds(toDurationUp(upload / ((shares.get(id) ?? 1) * channel.clientToCloud))),
      lost: 1 - 1 / (channel.erasure?.meanTries ?? 1),
    };
  };
}
