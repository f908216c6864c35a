import { describe, expect, it } from 'vitest';
import { realise } from '../../../../src/part.ts';
import type { Handover } from '../../../../src/policies/handover/contract.ts';
import { nearest, noHandover, strongest } from '../../../../src/policies/index.ts';

const reach = (index: number, distance: number, snrDb: number) => ({ id: `edge-${index}`, index, distance, snrDb });
const servers = [reach(0, 100, 10), reach(1, 80, 12), reach(2, 120, 14), reach(3, 80, 14)];
const from = (index: number) => ({ client: 'client-0', now: 0, serving: servers[index]!, servers });

describe('handover policies', () => {
  it('stay where another server is better by less than the margin, and go to the best beyond it', () => {
    const by = (hysteresis: number) => (realise(nearest({ hysteresis })) as Handover).wanted(from(0)).id;
    expect([by(20), by(19.9)]).toEqual(['edge-0', 'edge-1']);
    const byDb = (hysteresisDb: number) => (realise(strongest({ hysteresisDb })) as Handover).wanted(from(0)).id;
    expect([byDb(4), byDb(3.9)]).toEqual(['edge-0', 'edge-2']);
  });

  it('stay with a server that is as good as the best', () => {
    expect((realise(nearest({ hysteresis: 0 })) as Handover).wanted(from(3)).id).toBe('edge-3');
    expect((realise(strongest({ hysteresisDb: 0 })) as Handover).wanted(from(3)).id).toBe('edge-3');
  });

  it('are none where nothing is said', () => {
    expect(realise(noHandover())).toBeUndefined();
  });
});
