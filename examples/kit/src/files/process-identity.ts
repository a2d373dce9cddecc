import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process wrote something, so that a later one can tell whether it still lives. */
export interface ProcessIdentity {
  /** Of the machine, and of the container where there is one: numbers of processes mean something inside it only. */
  readonly host: string;
  readonly process: number;
  /** When the process started, as the kernel counts; tells a number that was given out again. `null` if unknown. */
  readonly born: string | null;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { host: hostTag(), process: process.pid, born: bornOf(process.pid) };
}

/** Whether a process is known to have ended: `false` for one on another machine, of which nobody can tell. */
export function hasEnded({ host, process: id, born }: ProcessIdentity): boolean {
  if (host !== hostTag()) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = bornOf(id);
  return now !== null && born !== null && now !== born;
}

/** When a process started, in clock ticks since the machine did; `null` where there is no /proc. */
export function bornOf(id: number): string | null {
  try {
    const status = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** Eight hexadecimal digits for this machine, or for this container on it. */
export function hostTag(): string {
  let space = '';
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has them.
  }
  return createHash('sha256').update(`${hostname()} ${space}`).digest('hex').slice(0, 8);
}
