import { readFileSync } from 'node:fs';

/** The most memory of this process alone where the system tells: `maxRSS` may count what the parent had when it forked. */
export function peakBytes(): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found) return 1024 * Number(found[1]);
  } catch {
    // No such file but on Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
