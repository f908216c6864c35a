import { z } from 'zod';
import { part } from '../../part.ts';
import type { Handover } from './contract.ts';

/** Every client stays with the edge server that it began at, wherever it goes. */
export const noHandover = part('handover', 'none', z.strictObject({}), (): Handover | undefined => undefined);
