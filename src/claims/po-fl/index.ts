import type { Paper } from '../claim.ts';
import { cohortClaim, errorClaims } from './errors.ts';
import { gridClaim, mediumClaim } from './media.ts';
import { caveatClaim, farClaim, floorClaim, scalingClaim } from './others.ts';
import { FAST, FULL } from './settings.ts';

/**
 * The claims of PO-FL (Sun et al., IEEE Trans. Wireless Commun. 23 (7), 2024) as the dossier states them: P1 … P7 on its
 * reference task, M1, M2, M3, M5, M7 the same on MNIST; P8 and P9 the comparison with a digital uplink; P10 and M10 as P1 and
 * M1 for α = 1; P11 the other side of the caveat, P7. The dossier's ≪ and "tracks" are put into numbers here.
 */
export const poFlClaims: Paper = ({ fast }) => {
  const form = fast ? FAST : FULL;
  return [
    ...errorClaims(form, false),
    scalingClaim(),
    floorClaim(form, false),
    cohortClaim(form),
    caveatClaim(form, false),
    mediumClaim(form),
    gridClaim(form),
    farClaim(form),
    ...errorClaims(form, true),
    floorClaim(form, true),
    caveatClaim(form, true),
  ];
};
