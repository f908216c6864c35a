import { z } from 'zod';
import { part } from '../../part.ts';
import type { LinkFailures } from '../contract.ts';

/** No link fails of its own. */
export const noFailures = part('failures', 'none', z.strictObject({}), (): LinkFailures | undefined => undefined);
