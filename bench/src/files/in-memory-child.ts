import { readFileSync } from 'node:fs';
import { pruneOnnx } from '@synaprune/onnx';
import { peakBytes } from './peak-bytes.js';

/** What a process of its own took to prune a file, beyond what it had once it had read it. */
export interface InMemoryReport {
  readonly beforeBytes: number;
  readonly peakBytes: number;
}

const bytes = new Uint8Array(readFileSync(process.argv[2]!).buffer);
const beforeBytes = peakBytes();
await pruneOnnx(bytes, { sparsity: 0.8 });
const report: InMemoryReport = { beforeBytes, peakBytes: peakBytes() };
console.log(JSON.stringify(report));
