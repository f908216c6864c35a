import { z } from 'zod';
import type { Shadowing } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** No shadowing: 0 dB on every link. */
export const noShadowing = part('shadowing', 'none', z.strictObject({}), (): Shadowing => ({ shadowingDb: () => 0 }));
