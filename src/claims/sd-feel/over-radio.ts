import { type Claim, claim, type Paper } from '../claim.ts';
import { isAscending, secondsPerStep, secondsTo } from '../curve.ts';
import { iterationClaims } from './iterations.ts';
import { timeClaims } from './seconds.ts';
import { FAST, type Form, FULL, synchronous, timing } from './settings.ts';
import { unequalClaims } from './unequal-clients.ts';

/** Claims about the papers' rates alone, or that are stated anew for a radio below. */
const OF_FIXED_RATES = new Set(['C1', 'C11', 'C12']);

/**
 * The claims of SD-FEEL over an emulated radio and backhaul: the same criteria where they say nothing of the papers' rates,
 * and orders where they do. What fails here is a conclusion that a real channel doesn't bear out.
 */
export const radioClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const kept = [...timeClaims(form), ...iterationClaims(form), ...unequalClaims(form)].filter(
    ({ id }) => !OF_FIXED_RATES.has(id),
  );
  return [timeToTarget(form), ...kept, cheaperIterations(form)].toSorted((a, b) => numberOf(a) - numberOf(b));
};

const numberOf = ({ id }: Claim): number => Number(id.slice(1));

const timeToTarget = (form: Form): Claim =>
  claim({
    id: 'C1',
    claim: 'Time to target: SD-FEEL (ring, α=1) reaches loss 1.3 before HierFAVG before FedAvg',
    criterion: 'order strict, τ=(5,5), random clusters',
    runs: {
      semi: synchronous(form, {}),
      hierarchical: synchronous(form, { scheme: 'hier-favg' }),
      central: synchronous(form, { scheme: 'fed-avg' }),
    },
    judge({ semi, hierarchical, central }) {
      const toTarget = secondsTo(1.3);
      const values = {
        'SD [s]': toTarget(semi),
        'HierFAVG [s]': toTarget(hierarchical),
        'FedAvg [s]': toTarget(central),
      };
      return { values, holds: isAscending(Object.values(values)) };
    },
  });

function cheaperIterations(form: Form): Claim {
  const perStep = (scheme: 'sd-feel' | 'hier-favg', edgeRounds: number) =>
    timing(form, { scheme, edgeRounds, steps: 100 });
  return claim({
    id: 'C12',
    claim: 'Larger τ₂ makes each iteration cheaper: little for SD-FEEL, much for HierFAVG',
    criterion: 'seconds/iteration ratio τ₂=1 over τ₂=5: above 1 for both, and larger for HierFAVG',
    runs: {
      hierOne: perStep('hier-favg', 1),
      hierFive: perStep('hier-favg', 5),
      semiOne: perStep('sd-feel', 1),
      semiFive: perStep('sd-feel', 5),
    },
    judge({ hierOne, hierFive, semiOne, semiFive }) {
      const seconds = secondsPerStep(5);
      const values = { HierFAVG: seconds(hierOne) / seconds(hierFive), SD: seconds(semiOne) / seconds(semiFive) };
      return { values, holds: values.HierFAVG > values.SD && values.SD > 1 };
    },
  });
}
