import { readFileSync } from 'node:fs';
import { pruneOnnxFile } from '@synaprune/onnx/node';
import type { ChildReport } from './external-data.js';

/** Prunes one file into another, and prints what it took. */
const [model, out] = process.argv.slice(2);
const start = performance.now();
const { total } = await pruneOnnxFile(model!, { out: out!, sparsity: 0.8, externalData: true });
const report: ChildReport = {
  peakBytes: peakBytes(),
  seconds: (performance.now() - start) / 1000,
  sparsity: total.sparsity.after,
};
console.log(JSON.stringify(report));

/** Of this process alone where the system tells: `maxRSS` may count what the parent had when it forked. */
function peakBytes(): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found) return 1024 * Number(found[1]);
  } catch {
    // No such file but on Linux.
  }
  return 1024 * process.resourceUsage().maxRSS;
}
