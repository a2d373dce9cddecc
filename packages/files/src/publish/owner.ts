import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

/*
 * Who wrote a temporary file, so that a later run can tell whether that run still goes on. A process number alone
 * does not say: numbers are used again, and containers that share a folder each count from 1.
 */

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

const attempt = (read: () => string): string => {
  try {
    return read().trim();
  } catch {
    return '';
  }
};

/** The machine and the numbering of its processes; what of it a system does not have is empty. */
const machine = short(
  [
    hostname(),
    attempt(() => readFileSync('/etc/machine-id', 'utf8')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ].join('\n'),
);

/** Another one after every start of the machine. */
const boot = short(attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')));

/** When a process began, in the clock of its machine; 0 where the system does not tell. */
function startOf(pid: number): string {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name, in brackets, may hold spaces and brackets itself.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

/** This thread of this process. */
export const owner: string = [machine, boot, process.pid, startOf(process.pid), threadId].join('-');

/** What {@link owner} looks like, for use in a larger pattern. */
export const OWNER = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9]{1,10}-[0-9]{1,20}-[0-9]{1,10}';

/**
 * Whether who wrote something is still there. `unknown` on another machine or in another container, whose processes
 * cannot be seen from here.
 */
export function stateOf(other: string): 'self' | 'alive' | 'dead' | 'unknown' {
  if (other === owner) return 'self';
  const [itsMachine, itsBoot, pid, start] = other.split('-');
  if (itsMachine !== machine) return 'unknown';
  if (itsBoot !== boot) return 'dead';
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const now = startOf(Number(pid));
  return start !== '0' && now !== '0' && now !== start ? 'dead' : 'alive';
}
