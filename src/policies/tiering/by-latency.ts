import type { Candidate, Tiering } from '../policy.ts';

const latency = ({ computeSeconds, uploadSeconds }: Candidate): number => computeSeconds + uploadSeconds;

/**
 * Members by their expected response time, computing and upload, cut into tiers that differ by at most one in size, the
 * fastest first; of equals the one with the lower index goes first.
 *
 * Source: TiFL, Chai et al., HPDC 2020 (recalled), which profiles clients before it begins.
 */
export const byLatency = (tiers: number): Tiering => {
  return (members) => {
    const times = members.map(latency);
    const order = members.map((_, at) => at).toSorted((a, b) => (times[a] as number) - (times[b] as number) || a - b);
    const tier = new Array<number>(members.length).fill(0);
    order.forEach((member, place) => {
      tier[member] = Math.floor((place * tiers) / members.length);
    });
    return tier;
  };
};
