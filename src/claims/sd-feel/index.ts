import type { Claim, Paper } from '../claim.ts';
import { clockClaim } from './clock.ts';
import { iterationClaims } from './iterations.ts';
import { timeClaims } from './seconds.ts';
import { FAST, FULL } from './settings.ts';
import { unequalClaims } from './unequal-clients.ts';

/**
 * The claims of SD-FEEL and asynchronous SD-FEEL on Benchmark S, C1 … C20 of the dossier of the papers (Sun et al.,
 * WCNC 2022, ICC 2022, IEEE TNSM 2023), with the dossier's own criteria. Losses are means over the seeds. A synchronous
 * run is scored after rounds, not after each local step: no aggregation moves the mean model, so nothing is missed
 * between.
 */
export const sdFeelClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  const claims = [...timeClaims(form), ...iterationClaims(form), ...unequalClaims(form), clockClaim(form)];
  return claims.toSorted((a, b) => numberOf(a) - numberOf(b));
};

const numberOf = ({ id }: Claim): number => Number(id.slice(1));
