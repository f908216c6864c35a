import { z } from 'zod';
import { power } from '../../math/power.ts';
import { part } from '../../part.ts';
import type { Candidate, SchedulingPolicy } from '../policy.ts';
import { cohort } from './cohort.ts';
import { ascending, descending } from './order.ts';

/** ε of round 1, what it is multiplied by each round, and where it stops (recalled). */
const [EXPLORATION, DECAY, EXPLORATION_MIN] = [0.9, 0.98, 0.2];
const UNCERTAINTY = 0.1;

const options = z.strictObject({
  cohort,
  preferredSeconds: z.number().positive().optional().describe('T: slower clients are penalised; nobody by default'),
  penalty: z.number().min(0).default(2).describe('α, exponent of the penalty'),
});

/**
 * Oort-like guided selection: utility of a client's samples, with a bonus for those not heard for long, less a penalty for
 * slow ones:
 *
 *   U_i = (|S_i| L_i + √(0.1 ln r / r_i)) · (T / t_i)^(α [t_i > T])
 *
 * r_i is the round of its last used update, L_i its loss then, t_i its computation and upload. A share ε_r = max(0.2,
 * 0.9 · 0.98^(r − 1)) of the cohort goes to clients never heard, fastest first; places that one group can't fill go to the
 * other. Ties stay in id order.
 *
 * Limits: |S_i| L_i stands for |S_i| √(mean of squared sample losses), which updates don't carry; utilities are not clipped,
 * nor drawn among those near the cut-off, and T stays as given.
 * Source: Lai, Zhu, Madhyastha and Chowdhury, Oort: Efficient Federated Learning via Guided Participant Selection, OSDI
 * 2021, Alg. 1 (recalled).
 */
export const oort = part(
  'schedule',
  'oort',
  options,
  ({ cohort: size, preferredSeconds = Number.POSITIVE_INFINITY, penalty }): SchedulingPolicy => {
    const secondsOf = ({ computeSeconds, uploadSeconds }: Candidate): number => computeSeconds + uploadSeconds;
    return ({ idle, round }) => {
      const utility = (each: Candidate): number => {
        const bonus = Math.sqrt((UNCERTAINTY * Math.log(round)) / Math.max(1, round - each.staleness));
        const seconds = secondsOf(each);
        const slowness = seconds > preferredSeconds ? power(preferredSeconds / seconds, penalty) : 1;
        return (each.samples * (each.loss ?? 0) + bonus) * slowness;
      };
      const heard = idle.filter(({ loss }) => loss !== undefined).toSorted(descending(utility));
      const unheard = idle.filter(({ loss }) => loss === undefined).toSorted(ascending(secondsOf));
      const share = Math.max(EXPLORATION_MIN, EXPLORATION * power(DECAY, round - 1));
      const explored = Math.max(Math.round(share * size), size - heard.length);
      const news = unheard.slice(0, explored);
      return { invite: [...heard.slice(0, size - news.length), ...news] };
    };
  },
);
