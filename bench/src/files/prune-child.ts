import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pruneOnnxFile } from '@synaprune/onnx/node';
import { peakBytes } from './peak-bytes.js';

/** What pruning one file into another took, and what copying its data to beside it took, by turns. */
export interface ChildReport {
  readonly peakBytes: number;
  readonly seconds: readonly number[];
  readonly copySeconds: readonly number[];
  readonly sparsity: number;
}

const COPIED = 1 << 22;

const [model, data, out, rounds] = process.argv.slice(2);
const seconds: number[] = [];
const copySeconds: number[] = [];
let sparsity = 0;
let peak = 0;
for (let round = 0; round < Number(rounds); round += 1) {
  copySeconds.push(await timed(copy));
  seconds.push(
    await timed(async () => {
      const { total } = await pruneOnnxFile(model!, { out: out!, sparsity: 0.8, externalData: true });
      sparsity = total.sparsity.after;
    }),
  );
  // Of one pruning: later ones find what the ones before have left to be collected.
  if (round === 0) peak = peakBytes();
}
const report: ChildReport = { peakBytes: peak, seconds, copySeconds, sparsity };
console.log(JSON.stringify(report));

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** To a new file, as pruning writes one, and until it is on the disk. */
async function copy(): Promise<void> {
  const path = join(dirname(out!), 'copy.bin');
  const [from, to] = [await open(data!), await open(path, 'w')];
  const room = new Uint8Array(COPIED);
  for (;;) {
    const { bytesRead } = await from.read(room, 0, room.length);
    if (bytesRead === 0) break;
    await to.write(room, 0, bytesRead);
  }
  await to.sync();
  await Promise.all([from.close(), to.close()]);
  await rm(path);
}
