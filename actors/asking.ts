import type { Effect } from '../src/kernel/effect.ts';

type Asked<Type extends Effect['type']> = Omit<Extract<Effect, { type: Type }>, 'type'>;

/**
 * The actions of a machine: one for each kind of effect. They run nothing; a transition returns them with their
 * parameters, and the runtime performs them.
 */
export const asking = {
  send: (_: unknown, _effect: Asked<'send'>) => {},
  train: (_: unknown, _effect: Asked<'train'>) => {},
  combine: (_: unknown, _effect: Asked<'combine'>) => {},
  prepare: (_: unknown, _effect: Asked<'prepare'>) => {},
  integrate: (_: unknown, _effect: Asked<'integrate'>) => {},
  exchange: (_: unknown, _effect: Asked<'exchange'>) => {},
  absorb: (_: unknown, _effect: Asked<'absorb'>) => {},
  gather: (_: unknown, _effect: Asked<'gather'>) => {},
  schedule: (_: unknown, _effect: Asked<'schedule'>) => {},
  grant: (_: unknown, _effect: Asked<'grant'>) => {},
  listen: (_: unknown, _effect: Asked<'listen'>) => {},
  transmit: (_: unknown, _effect: Asked<'transmit'>) => {},
  wait: (_: unknown, _effect: Asked<'wait'>) => {},
  cancel: (_: unknown, _effect: Asked<'cancel'>) => {},
  note: (_: unknown, _effect: Asked<'note'>) => {},
};
