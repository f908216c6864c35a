import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Peak memory of many-clients.ts in a process of its own [bytes]. */
export function peakBytes(): number {
  const script = fileURLToPath(new URL('./many-clients.ts', import.meta.url));
  return Number(execFileSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' }).trim());
}
