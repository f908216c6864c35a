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

/** Starts PyTorch under the Python that the user names; undefined, with a word why, where that can't import it. */
export async function startPeer(python: string): Promise<Peer | undefined> {
  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
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
