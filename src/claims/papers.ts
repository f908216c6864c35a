import type { Paper } from './claim.ts';
import { dresFlClaims } from './dres-fl/index.ts';
import { mimicClaims } from './mimic/index.ts';
import { poFlClaims } from './po-fl/index.ts';
import { scflClaims } from './scfl/index.ts';
import { sdFeelClaims } from './sd-feel/index.ts';
import { cifarClaims, mnistClaims } from './sd-feel/networks.ts';
import { radioClaims } from './sd-feel/over-radio.ts';

/** Papers whose claims can be reproduced; the study of each is the scenario module of the same name. */
export const papers: Readonly<Record<string, Paper>> = {
  'sd-feel': sdFeelClaims,
  'sd-feel-radio': radioClaims,
  'sd-feel-mnist': mnistClaims,
  'sd-feel-cifar10': cifarClaims,
  'po-fl': poFlClaims,
  mimic: mimicClaims,
  scfl: scflClaims,
  'dres-fl': dresFlClaims,
};
