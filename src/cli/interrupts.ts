import { exitCode } from './exit-code.ts';

/** The first Ctrl-C asks for a clean end, the second ends at once. */
export function catchInterrupts(stop: () => void): { release(): void } {
  let isStopping = false;
  const interrupted = (): void => {
    if (isStopping) process.exit(exitCode.interrupted);
    isStopping = true;
    process.stderr.write('\ninterrupted: ending cleanly, once what is being computed is done; again to end at once\n');
    stop();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, interrupted);
  return {
    release() {
      for (const signal of signals) process.off(signal, interrupted);
    },
  };
}
