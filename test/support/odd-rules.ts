/** Server rules that return what they shouldn't. */
import type { ServerRound } from '../../src/learning/server/contract.ts';

const digest = '0123456789abcdef';

export const undigested = async ({ model }: ServerRound) => ({ parameters: model, memory: [] });
export const short = async () => ({ parameters: new Float32Array(3), digest, memory: [] });
export const empty = async () => undefined;
export const forgetful = async ({ model }: ServerRound) => ({ parameters: model, digest });
export const nameless = async ({ model }: ServerRound) => ({
  parameters: model,
  digest,
  memory: [{ parameters: model, digest }],
});
