import { readFileSync, writeFileSync } from 'node:fs';
import { shrinkOnnx } from '@synaprune/onnx-shrink';

/** What a process of its own took. */
export interface ShrinkChildReport {
  /** CPU time from before the file was read until after it was written. */
  readonly nanoseconds: number;
  /** The most memory of the process, and what it had before the file was read. */
  readonly peakBytes: number;
  readonly startBytes: number;
  readonly parameters: { readonly before: number; readonly after: number };
}

/** Copies a file, or writes the shrunken model of it, and prints what that took. */
const [work, from, to] = process.argv.slice(2);
const startBytes = memory('VmRSS');
const before = process.cpuUsage();
const bytes = readFileSync(from!);
let parameters = { before: 0, after: 0 };
if (work === 'copy') {
  writeFileSync(to!, bytes);
} else {
  const { model, report } = shrinkOnnx(bytes, { keep: 0.5 });
  writeFileSync(to!, model);
  parameters = report.parameters;
}
const { user, system } = process.cpuUsage(before);
const report: ShrinkChildReport = {
  nanoseconds: 1000 * (user + system),
  peakBytes: memory('VmHWM'),
  startBytes,
  parameters,
};
console.log(JSON.stringify(report));

/** Of this process alone where the system tells: `maxRSS` may count what the parent had when it forked. */
function memory(field: 'VmHWM' | 'VmRSS'): number {
  try {
    const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
    if (found) return 1024 * Number(found[1]);
  } catch {
    // No such file but on Linux.
  }
  return field === 'VmHWM' ? 1024 * process.resourceUsage().maxRSS : process.memoryUsage.rss();
}
