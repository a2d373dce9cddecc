import { readFileSync } from 'node:fs';

/** The most memory of this process alone where the system tells: `maxRSS` may count what the parent had when it forked. */
export function peakBytes(): number {
  return peakBytesOf('self') ?? 1024 * process.resourceUsage().maxRSS;
}

/** The most memory that a process has had; undefined where the system does not tell, as on anything but Linux. */
export function peakBytesOf(pid: number | 'self'): number | undefined {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? 1024 * Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}
