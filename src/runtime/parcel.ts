import { present } from '../assert.ts';
import type { Step } from '../step.ts';

/** Steps as they travel: what they have in common is named by a number, and comes along where the thread lacks it. */
export interface Parcel {
  readonly steps: readonly Readonly<
    Record<'module' | 'name', string> & { input: unknown; common: number | undefined }
  >[];
  readonly commons: ReadonlyMap<number, object>;
}

/** A thread keeps so many of those that it used last: they hold data sets, which shall not pile up in threads that last. */
const KEPT_MAX = 4;

/** What is used goes to the end; both sides do the same, so each knows what the other one keeps. */
function use<Value>(kept: Map<number, Value>, number: number, value: Value): void {
  kept.delete(number);
  kept.set(number, value);
}

function forgetOldest(kept: Map<number, unknown>): void {
  for (const number of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(number);
}

let numbers = 0;

/** Packs steps for one thread, which unpacks all parcels in their order. */
export function packing(): (steps: readonly Step[]) => Parcel {
  const numberOf = new WeakMap<object, number>();
  const kept = new Map<number, true>();
  return (steps) => {
    const commons = new Map<number, object>();
    const sent = steps.map(({ module, name, input, common }) => {
      if (common === undefined) return { module, name, input, common };
      const number = numberOf.get(common) ?? numbers++;
      numberOf.set(common, number);
      if (!kept.has(number)) commons.set(number, common);
      use(kept, number, true);
      return { module, name, input, common: number };
    });
    forgetOldest(kept);
    return { steps: sent, commons };
  };
}

/** Unpacks steps on their thread. */
export function unpacking(): (parcel: Parcel) => readonly Step[] {
  const kept = new Map<number, object>();
  return ({ steps, commons }) => {
    const unpacked = steps.map(({ module, name, input, common }) => {
      if (common === undefined) return { module, name, input };
      const own = present(commons.get(common) ?? kept.get(common), 'what steps have in common');
      use(kept, common, own);
      return { module, name, input, common: own };
    });
    forgetOldest(kept);
    return unpacked;
  };
}
