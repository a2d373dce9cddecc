import { peakBytes } from '../files/peak-bytes.js';
import { type Fitting, fittingCandidate } from './adapter-candidates.js';
import { useNode } from './runtimes.js';
import { TEN_MILLION, transformer } from './transformer.js';

/** The most memory of a process that trains a transformer, and what it had before it began. */
export interface FittingReport {
  readonly peakBytes: number;
  readonly before: number;
}

const [fitting, layers, steps] = process.argv.slice(2);
const network = transformer({ ...TEN_MILLION, layers: Number(layers) });
const runtime = await useNode();
const before = peakBytes();
const { candidate, close } = await fittingCandidate(runtime, network, fitting as Fitting);
for (let step = 0; step < Number(steps); step += 1) if ('run' in candidate) await candidate.run();
const report: FittingReport = { peakBytes: peakBytes(), before };
await close();
console.log(JSON.stringify(report));
