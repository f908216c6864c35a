import type { Fact } from '../event.ts';
import type { Instant } from '../units.ts';

/** The one way in which facts leave a world: in the order in which they became true. */
export interface Recorder {
  record(at: Instant, actor: string, fact: Fact): void;
}
