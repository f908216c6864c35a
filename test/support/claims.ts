import * as actors from '../../actors/index.ts';
import * as channels from '../../channels/index.ts';
import * as algorithms from '../../src/algorithms/index.ts';
import type { Setting } from '../../src/claims/claim.ts';
import { curveOf, overridesOf } from '../../src/claims/measure.ts';
import * as devices from '../../src/devices/index.ts';
import { resultOf } from '../../src/lab/trial.ts';
import * as learning from '../../src/learning/index.ts';
import { autoBackend } from '../../src/learning/steps.ts';
import * as policies from '../../src/policies/index.ts';
import { catalogue, override } from '../../src/scenario/override.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** Parts that settings can name. */
export const parts = catalogue(actors, channels, algorithms, devices, learning, policies);

/** One run of a scenario with a setting's options, on this thread. */
export const curveUnder = async (base: Scenario, setting: Setting, seed: number) =>
  curveOf(await resultOf(override(base, overridesOf(setting), parts), { seed, backend: autoBackend() }));
