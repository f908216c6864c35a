import type { Paper } from './claim.ts';
import { sdFeelClaims } from './sd-feel/index.ts';

/** Papers whose claims can be reproduced; the study of each is the scenario module of the same name. */
export const papers: Readonly<Record<string, Paper>> = { 'sd-feel': sdFeelClaims };
