import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./training-torch.py', import.meta.url));

/** PyTorch in a process of its own, idle but when asked. */
export interface Peer {
  readonly version: string;
  /** What training-torch.py answers to a request that it knows: CPU seconds, or a rate. */
  ask(request: string): Promise<number>;
  close(): void;
}

/** One thread in libraries too, which don't ask PyTorch how many it has: a second one would wait in a busy loop. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * PyTorch's best setting on processors with AVX-512: OpenBLAS has kernels for it, but doesn't know processors that are
 * younger than itself.
 */
export const BEST_SETTING = { OPENBLAS_CORETYPE: 'SkylakeX' };

/**
 * Starts PyTorch under the Python that the user names; undefined, with a word why, where that can't import it.
 *
 * @param setting variables of its environment
 */
export async function startPeer(python: string, setting: Record<string, string> = {}): Promise<Peer | undefined> {
  const env = { ...process.env, ...ONE_THREAD, ...setting };
  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await Promise.race([lines.next(), failed]);
    if (done === true) throw new Error(`${python} ended`);
    return value as string;
  };
  try {
    const version = await next();
    return {
      version,
      ask: async (request) => {
        child.stdin.write(`${request}\n`);
        return Number(await next());
      },
      close: () => child.stdin.end(),
    };
  } catch (error) {
    console.error(`no PyTorch: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
