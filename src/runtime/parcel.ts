import { present } from '../assert.ts';
import type { Step } from '../step.ts';

/** Steps as they travel: what they have in common is named by a number, and comes along where the thread may lack it. */
export interface Parcel {
  readonly steps: readonly Readonly<
    Record<'module' | 'name', string> & { input: unknown; common: number | undefined }
  >[];
  readonly commons: ReadonlyMap<number, object>;
}

/** Packs steps for threads; what was packed before stays behind, unless it is asked for. */
export function packing(): (steps: readonly Step[], isWhole: boolean) => Parcel {
  const numbers = new WeakMap<object, number>();
  let next = 0;
  return (steps, isWhole) => {
    const commons = new Map<number, object>();
    const sent = steps.map(({ module, name, input, common }) => {
      if (common === undefined) return { module, name, input, common };
      const known = numbers.get(common);
      const number = known ?? next++;
      numbers.set(common, number);
      if (isWhole || known === undefined) commons.set(number, common);
      return { module, name, input, common: number };
    });
    return { steps: sent, commons };
  };
}

/** A thread keeps so many of those that it used last: they hold data sets, which shall not pile up in threads that last. */
const KEPT_MAX = 4;

/** Unpacks steps on a thread; undefined where it lacks what they have in common. */
export function unpacking(): (parcel: Parcel) => readonly Step[] | undefined {
  const kept = new Map<number, object>();
  return ({ steps, commons }) => {
    for (const [number, common] of commons) kept.set(number, common);
    if (!steps.every(({ common }) => common === undefined || kept.has(common))) return undefined;
    const unpacked = steps.map(({ module, name, input, common }) => {
      if (common === undefined) return { module, name, input };
      const own = present(kept.get(common), 'what steps have in common');
      kept.delete(common);
      kept.set(common, own);
      return { module, name, input, common: own };
    });
    for (const number of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(number);
    return unpacked;
  };
}
