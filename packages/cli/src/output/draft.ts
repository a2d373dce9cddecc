import { randomUUID } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that lies whole beside its place. */
export interface Draft {
  /** Gives it its name; a file of that name is gone then. */
  publish(): Promise<void>;
  /** Takes it away, unless it was published. */
  discard(): Promise<void>;
}

/** Drafts that nobody has taken away or published. */
const pending = new Set<string>();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes a file under a name of its own beside its place, down to the disk. Who ends the program meanwhile ends the draft
 * as well.
 *
 * @param target a real path, without links
 */
export async function writeDraft(target: string, content: Uint8Array | string): Promise<Draft> {
  const path = join(dirname(target), `.synaprune-${randomUUID()}.new`);
  const there = await stat(target).catch(() => undefined);
  const discard = async () => {
    await rm(path, { force: true });
    forget(path);
  };
  remember(path);
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
    const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
    try {
      // Goes on after a part was written, until all is there or the system says why not.
      await handle.writeFile(content);
      if (there !== undefined) await handle.chmod(there.mode & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async publish() {
      await rename(path, target);
      forget(path);
    },
    discard,
  };
}

function remember(path: string): void {
  if (pending.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  pending.add(path);
}

function forget(path: string): void {
  pending.delete(path);
  if (pending.size === 0) for (const signal of SIGNALS) process.off(signal, end);
}

/** Takes all drafts away, and does what the signal would have done. */
function end(signal: NodeJS.Signals): void {
  for (const path of [...pending]) {
    rmSync(path, { force: true });
    forget(path);
  }
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
