import { pack, packedTfjs, type TfjsArtifacts } from '@synaprune/sparse';
import { modelArtifacts } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Context } from '../context.js';
import { type DigitImages, readDigitImages } from '../digit-images.js';
import { useTensorflow } from '../peers/tensorflow.js';
import { judged, type Row } from '../row.js';
import { accuracyOf, trainReader } from './digit-reader.js';

const SPARSITY = 0.9;
const STEPS = 900;

/** Runs that the figures are the means of: an image of the test is a twentieth of a point. */
const SEEDS = [1, 2, 3];

/** What became of a reader. */
interface PackedReader {
  readonly denseBytes: number;
  readonly packedBytes: number;
  /** In [0, 1]: of one trained dense, of the pruned one, and of that as it is unpacked. */
  readonly dense: number;
  readonly pruned: number;
  readonly unpacked: number;
}

/** The page's reader of digits, trained dense and pruned, packed in 8 bits and loaded again. */
export async function measureDigits({ say }: Context, quick: boolean): Promise<Row[]> {
  await useTensorflow('wasm');
  const images = readDigitImages();
  const readers: PackedReader[] = [];
  for (const seed of quick ? SEEDS.slice(0, 1) : SEEDS) {
    say(`pack, digits ${seed}`);
    readers.push(await packReader(images, seed, quick ? STEPS / 90 : STEPS));
  }
  const mean = (of: (reader: PackedReader) => number) =>
    readers.reduce((sum, reader) => sum + of(reader), 0) / readers.length;
  const [dense, pruned, unpacked] = [
    mean((reader) => reader.dense),
    mean((reader) => reader.pruned),
    mean((reader) => reader.unpacked),
  ];
  const { denseBytes } = readers[0]!;
  const packedBytes = Math.max(...readers.map((reader) => reader.packedBytes));
  const shared = { group: 'pack', elements: denseBytes / 4 };
  const percent = (share: number) => (100 * share).toFixed(2);
  const rows = [
    judged('pack-digits', {
      ...shared,
      work: "the page's reader of digits at 90 % and in 8 bits, against its dense float32 weights",
      share: packedBytes / denseBytes,
      note: `${packedBytes} and ${denseBytes} bytes: a ${(denseBytes / packedBytes).toFixed(1)}th`,
    }),
    judged('pack-digits-points', {
      ...shared,
      work: 'the same: accuracy lost against one that was trained dense',
      share: dense - unpacked,
      note: `${percent(dense)} % dense, ${percent(pruned)} % pruned, ${percent(unpacked)} % in 8 bits; ${readers.length} seeds`,
    }),
  ];
  return quick ? rows.map((row) => ({ ...row, verdict: 'reported: a smoke run, few steps' })) : rows;
}

async function packReader(
  { train, test }: { readonly train: DigitImages; readonly test: DigitImages },
  seed: number,
  steps: number,
): Promise<PackedReader> {
  const dense = await trainReader(train, { seed, sparsity: 0, steps });
  const pruned = await trainReader(train, { seed, sparsity: SPARSITY, steps });
  const artifacts = (await modelArtifacts(pruned)) as TfjsArtifacts;
  const { bytes, report } = await pack(artifacts, { values: 'int8' });
  const unpacked = await tf.loadLayersModel(packedTfjs(bytes));
  const models = [dense, pruned, unpacked] as const;
  const [ofDense, ofPruned, ofUnpacked] = models.map((model) => accuracyOf(model, test));
  for (const model of models) model.dispose();
  return {
    denseBytes: report.bytes.before,
    packedBytes: bytes.length,
    dense: ofDense!,
    pruned: ofPruned!,
    unpacked: ofUnpacked!,
  };
}
