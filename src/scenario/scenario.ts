import { z } from 'zod';
import { alwaysOn } from '../devices/availability.ts';
import { mains } from '../devices/battery.ts';
import { homogeneous } from '../devices/clock.ts';
import type { Availability, Battery, ClockSpread, Straggler } from '../devices/contract.ts';
import { noStragglers } from '../devices/stragglers.ts';
import type { TaskPlan } from '../learning/contract.ts';
import type { Channel, LinkFailures } from '../network/contract.ts';
import { noFailures } from '../network/failures/none.ts';
import { having, pathOption, slot } from '../part.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { SchedulingPolicy } from '../policies/policy.ts';
import { everyone } from '../policies/scheduling/everyone.ts';
import type { ScriptFunction } from '../runtime/script.ts';
import type { Topology } from '../runtime/topology.ts';
import { Mbps } from '../units.ts';

const isFunction = (value: unknown): boolean => typeof value === 'function';

const wire = (rate: number) =>
  z
    .strictObject({
      rate: z.number().positive().max(1e15).default(rate).describe('rate of a link, bit/s'),
      latency: z.number().min(0).max(3600).default(0).describe('delay of a link, s'),
      shared: z.boolean().default(true).describe('whether concurrent transfers over a link share its rate'),
    })
    .prefault({});

const backhaul = z
  .strictObject({
    edge: wire(Mbps(50)),
    cloud: wire(Mbps(5)),
    routes: z
      .enum(['direct', 'shortest'])
      .default('direct')
      .describe('direct: a link between any two servers; shortest: over the graph, by the fewest links'),
    gateways: z
      .array(z.int().min(0))
      .min(1)
      .optional()
      .describe('edge servers that have a link to the central server, by index, for shortest routes; all by default'),
    whenCut: z
      .enum(['stall', 'reroute'])
      .default('stall')
      .describe('transfers whose link is cut stand still, or go another way, for shortest routes'),
    failures: slot<LinkFailures | undefined>('failures', having('sojourn'))
      .default(() => noFailures())
      .describe('when links fail and are repaired'),
  })
  .refine(({ routes, gateways }) => routes === 'shortest' || gateways === undefined, {
    path: ['gateways'],
    message: 'expected none, or routes of shortest',
  })
  .refine(({ routes, whenCut }) => routes === 'shortest' || whenCut === 'stall', {
    path: ['whenCut'],
    message: 'expected stall, or routes of shortest',
  })
  .prefault({});

const devices = z
  .strictObject({
    clock: slot<ClockSpread>('clock', having('macsPerSecond'))
      .default(() => homogeneous())
      .describe('clock frequencies'),
    straggler: slot<Straggler>('straggler', having('duration'))
      .default(() => noStragglers())
      .describe('random slow-down of a local update'),
    availability: slot<Availability>('availability', having('inRound', 'sojourn'))
      .default(() => alwaysOn())
      .describe('when clients can be reached'),
    battery: slot<Battery>('battery', having('initial', 'chargeAfter', 'lasts', 'returnsAfter'))
      .default(() => mains())
      .describe('what clients can spend before they are empty'),
    passes: z.number().positive().max(100).default(1).describe('forward passes that one training step costs'),
    capacitance: z
      .number()
      .min(0)
      .max(1e-20)
      .default(1e-28)
      .describe('κ of the energy κ f² per cycle, J·s²; 1e-28 is usual in the literature on edge computing'),
  })
  .prefault({});

const until = z
  .strictObject({
    rounds: z.int().min(1).max(1e9).optional().describe('rounds of τ₁ local steps'),
    time: z.number().positive().max(9e6).optional().describe('virtual time, s'),
    accuracy: z.number().min(0).max(1).optional().describe('test accuracy'),
  })
  .refine((ends) => Object.values(ends).some((end) => end !== undefined), 'expected rounds, time or accuracy');

const evaluate = z
  .strictObject({
    everyRounds: z.int().min(1).optional().describe('rounds between two evaluations'),
    everySeconds: z.number().positive().optional().describe('virtual seconds between two evaluations'),
    everySteps: z
      .int()
      .min(1)
      .optional()
      .describe('local steps between two evaluations inside rounds, of the mean of what clients hold'),
    servers: z.boolean().default(false).describe('whether each server’s own model is scored beside the mean'),
  })
  .prefault({});

/** All options of a scenario, in SI units. */
export const scenarioSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and dashes')
    .describe('also the name of the folder that a run leaves'),
  seed: z.int().min(0).default(1).describe('root of all draws'),
  topology: slot<Topology>('topology', having('graph', 'association', 'cast', 'clientId', 'edgeServerId')).describe(
    'who takes part, and how they are joined',
  ),
  channel: slot<Channel>('channel').describe('the air between clients and edge servers'),
  backhaul: backhaul.describe('links between servers'),
  devices,
  task: slot<TaskPlan>('task', having('prepare')).describe('what is learned'),
  algorithm: slot<Algorithm>('algorithm', having('pacing', 'aggregation')).describe('the federated algorithm'),
  schedule: slot<SchedulingPolicy>('schedule', isFunction)
    .default(() => everyone())
    .describe('who is invited to a round'),
  environment: pathOption
    .optional()
    .describe(
      'folder of recorded gains, compute times and availability in CSV files, which take the place of the models',
    ),
  until: until.describe('when the run ends: at the first of these'),
  evaluate,
  divergence: z
    .enum(['refused', 'allowed'])
    .default('refused')
    .describe('whether a run ends with an error where a loss is no number any more, or goes on'),
  targets: z
    .array(z.number().gt(0).max(1))
    .max(100)
    .default([0.5, 0.6, 0.7, 0.8, 0.9])
    .describe('accuracies whose first time is reported'),
  script: z
    .custom<ScriptFunction>(isFunction, 'expected a generator function')
    .optional()
    .describe('a story: faults at virtual instants or after rounds'),
});

export type ScenarioOptions = z.input<typeof scenarioSchema>;
export type CheckedOptions = z.output<typeof scenarioSchema>;

const brand = Symbol.for('fadelab.scenario');

/** The recipe of a run. Checked as a whole when a run begins, so that overrides can still mend it. */
export interface Scenario {
  readonly [brand]: true;
  readonly options: ScenarioOptions;
}

/**
 * Makes a scenario from options. Nothing is loaded or checked yet.
 *
 * @example export const mine = scenario({ name: 'mine', topology: federation(), channel: radio(), task: classify(), … })
 */
export const scenario = (options: ScenarioOptions): Scenario => ({ [brand]: true, options });

export const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' && value !== null && brand in value;
