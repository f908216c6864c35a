/** The engine: scenarios, simulation, units, and the contracts that parts of one's own fulfil. */
export {
  type Divergence,
  DivergenceError,
  type ErrorCode,
  type Problem,
  ScenarioError,
  SimulationError,
} from './errors.ts';
export { type Part, type PartBuilder, part, slot } from './part.ts';
export * from './units.ts';
export type { ActorEvent, Fact, Message, Note } from './event.ts';
export { type Source, type Stream, streams } from './math/streams.ts';
export type * from './network/contract.ts';
export type * from './devices/contract.ts';
export {
  asyncSdFeel,
  codedFedL,
  dresFl,
  fedAsync,
  fedAvg,
  fedAvgImportance,
  fedAvgNaive,
  fedBuff,
  fedVarp,
  feel,
  hierFavg,
  mifa,
  mimic,
  poFl,
  scaffold,
  scfl,
  sdFeel,
  semiAsync,
  tiered,
} from './algorithms/index.ts';
export type { Algorithm, Architecture } from './policies/algorithm.ts';
export type { ScriptFunction, ScriptWorld } from './runtime/script.ts';
export { inlinePool } from './runtime/inline-pool.ts';
export { corePool, threadPool } from './runtime/pool.ts';
export type { StepPool } from './runtime/steps.ts';
export { type Scenario, type ScenarioOptions, scenario } from './scenario/scenario.ts';
export { type SimulateOptions, type Simulation, simulate } from './scenario/simulate.ts';
export type { Summary } from './scenario/summary.ts';
export type { CheckpointRule } from './scenario/checkpoints.ts';
export { type Branch, type ForkOptions, fork } from './scenario/fork.ts';
export { type Replay, type ReplayOptions, type ResumeOptions, replay, resume } from './scenario/replay.ts';
export { diffTraces, type TraceDiff } from './trace/diff.ts';
export type { Field, Figures, Query } from './trace/query.ts';
export { openTrace, type Trace, type TraceEvent } from './trace/reader.ts';
