/** Federated algorithms: one file each, composed of parts. */
export { asyncSdFeel } from './async-sd-feel.ts';
export { codedFedL } from './coded-fed-l.ts';
export { dresFl } from './dres-fl.ts';
export { fedAsync, fedBuff, semiAsync, tiered } from './fed-async.ts';
export { fedAvg } from './fed-avg.ts';
export { feel } from './feel.ts';
export { hierFavg } from './hier-favg.ts';
export { fedAvgImportance, fedAvgNaive, fedVarp, mifa, mimic, scaffold } from './mimic.ts';
export { poFl } from './po-fl.ts';
export { scfl } from './scfl.ts';
export { sdFeel } from './sd-feel.ts';
