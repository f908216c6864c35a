import type { AirAggregate, ModelVersion } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { square } from '../math/power.ts';
import type { Superposed, Superposition } from '../network/contract.ts';
import { linearToDb } from '../units.ts';
import type { OnAir } from './air-sender.ts';
import { membersOf } from './air-setup.ts';
import type { Trained } from './air-sums.ts';
import type { WorldPlan } from './plan.ts';

type Asked = Extract<Effect, { type: 'listen' }>;

const NOTHING: ModelVersion = { parameters: undefined, digest: '-' };
const total = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);

/** What the step that superposes gets; undefined where nobody was heard, or nothing is trained. */
export function superpositionOf(sum: {
  readonly plan: WorldPlan;
  readonly server: string;
  readonly asked: Asked;
  readonly onAir: OnAir;
  readonly trained: ReadonlyMap<string, Trained>;
}): Superposition | undefined {
  const { plan, server, asked, onAir, trained } = sum;
  const { round, schedule, base } = asked;
  const { uplink } = plan.algorithm;
  const isAll = schedule.candidates.length === membersOf(plan, server).length;
  // Where only those compute who were scheduled, nobody knows what the others would have added.
  const isKnown = isAll || (uplink?.medium === 'air' && uplink.scheduling === 'after');
  if (base.parameters === undefined || onAir.block === undefined) return undefined;
  const target = (isKnown ? schedule.candidates : []).flatMap((client, index) => {
    const made = trained.get(client);
    const model = made?.round === round ? made.update.model.parameters : undefined;
    return model === undefined ? [] : [{ model, share: schedule.shares[index] as number }];
  });
  const isGlobal = uplink?.medium === 'air' && uplink.restored === 'global';
  return {
    seed: plan.seed,
    noise: { stream: `${server}/air-noise`, index: round },
    base: base.parameters,
    senders: onAir.senders.flatMap(({ model, weight, coefficient, delay, fades }) =>
      model.parameters === undefined
        ? []
        : [{ model: model.parameters, weight, coefficient, delay, fades: inElements(fades, onAir, base) }],
    ),
    target,
    ...{ mean: schedule.mean, deviation: schedule.deviation },
    restored: isGlobal ? 1 : total(onAir.senders.map(({ weight }) => weight)),
    noiseDeviation: onAir.block.noiseDeviation,
  };
}

/** Small models may learn while the air is charged for a large one: shares of the symbols are shares of the entries. */
function inElements(
  fades: Superposition['senders'][number]['fades'],
  { symbols }: OnAir,
  { parameters }: ModelVersion,
) {
  const scale = (parameters?.length ?? 0) / symbols;
  return fades.map(({ symbol, factor }) => ({ symbol: Math.floor(symbol * scale), factor }));
}

/** What is known of a sum before its step is done; the rest comes with `measured`. */
export function aggregateOf({
  asked,
  onAir,
  elements,
}: {
  asked: Asked;
  onAir: OnAir;
  elements: number;
}): AirAggregate {
  const { schedule } = asked;
  const { senders, block, seconds, symbols } = onAir;
  const powers = senders.map(({ watts }) => watts);
  const airtimes = senders.map(({ until }) => (seconds * Math.min(until, symbols)) / symbols);
  const isEmpty = onAir.heard.length === 0;
  return {
    senders: isEmpty ? [] : senders.map(({ client }) => client),
    weights: isEmpty ? [] : senders.map(({ weight }) => weight),
    powers: isEmpty ? [] : powers,
    denoisingFactor: block?.control.denoisingFactor ?? Number.NaN,
    expectedNoise: block === undefined ? Number.NaN : elements * square(schedule.deviation * block.noiseDeviation),
    noiseError: Number.NaN,
    expectedSampling: Number.NaN,
    samplingError: Number.NaN,
    totalError: Number.NaN,
    snrDb: Number.NaN,
    joules: isEmpty ? 0 : total(powers.map((power, k) => power * (airtimes[k] as number))),
    seconds,
    model: NOTHING,
  };
}

/** The sum as it is committed, with what its step has measured. @param schedule of whose draws the sum is one */
export function measured(
  known: AirAggregate,
  { parameters, digest, ...found }: Superposed,
  samplingError: readonly [a: number, b: number] | undefined,
): AirAggregate {
  const [a, b] = samplingError ?? [Number.NaN, Number.NaN];
  return {
    ...known,
    noiseError: found.noiseError,
    expectedSampling: a - b * found.targetSquaredNorm,
    samplingError: found.samplingError,
    totalError: found.totalError,
    snrDb: linearToDb(found.squaredNorm / known.expectedNoise),
    model: { parameters, digest },
  };
}
