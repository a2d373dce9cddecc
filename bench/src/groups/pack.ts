import { brotliCompressSync } from 'node:zlib';
import { pack } from '@synaprune/sparse';
import { type Context, isSmall } from '../context.js';
import { measureDigits } from '../pack/digits.js';
import { measureReading } from '../pack/reading.js';
import { createRandom, fillGaussian } from '../randoms.js';
import { judged, type Row } from '../row.js';

const SPARSITIES = [0.5, 0.8, 0.9, 0.95];

/** Packed files of pruned Gaussian weights, against their entropy, brotli and gzip; and of a model in 8 bits. */
export async function measurePack(context: Context): Promise<Row[]> {
  const quick = isSmall(context);
  const elements = quick ? 1e5 : 2 ** 20;
  const rows: Row[] = [];
  for (const sparsity of SPARSITIES) {
    context.say(`pack, ${sparsity}`);
    const weights = pruned(elements, sparsity);
    const { bytes } = await pack({ weights: { shape: [elements], data: weights } });
    rows.push(
      judged('pack-limit', {
        group: 'pack',
        work: `file at ${percent(sparsity)}, against the entropy of mask and values`,
        elements,
        share: (8 * bytes.length) / entropyBits(weights),
        note: `${((8 * bytes.length) / elements).toFixed(3)} bits a weight`,
      }),
    );
    if (sparsity !== 0.9) continue;
    rows.push(againstBrotli(weights, bytes), ...(await measureReading(context, weights, bytes, quick)));
  }
  return [...rows, ...(await measureDigits(context, quick))];
}

function againstBrotli(weights: Float32Array<ArrayBuffer>, packed: Uint8Array): Row {
  const brotli = brotliCompressSync(new Uint8Array(weights.buffer)).length;
  return judged('pack-brotli', {
    group: 'pack',
    work: 'file at 90 %, against brotli 11 of the dense one',
    elements: weights.length,
    share: packed.length / brotli,
    note: `${packed.length} and ${brotli} bytes`,
  });
}

function pruned(elements: number, sparsity: number): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(elements);
  fillGaussian(weights, 1, createRandom(1));
  const cut = weights.map(Math.abs).sort()[Math.floor(sparsity * elements)]!;
  return weights.map((value) => (Math.abs(value) < cut ? 0 : value));
}

/**
 * Bits that say which weights are not zero and what they are: the entropy of a mask whose bits are drawn alone, and for
 * each kept value that of sign, exponent and eight bits of mantissa together, and fifteen bits that say nothing.
 */
function entropyBits(weights: Float32Array<ArrayBuffer>): number {
  const counts = new Map<number, number>();
  let kept = 0;
  for (const bits of new Uint32Array(weights.buffer)) {
    if (bits === 0) continue;
    kept += 1;
    counts.set(bits >>> 15, (counts.get(bits >>> 15) ?? 0) + 1);
  }
  const zeros = weights.length - kept;
  let bits = 15 * kept;
  for (const count of counts.values()) bits -= count * Math.log2(count / kept);
  for (const count of [kept, zeros]) bits -= count * Math.log2(count / weights.length);
  return bits;
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)} %`;
}
