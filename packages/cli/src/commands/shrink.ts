import { pruneOnnx, quantizeOnnx } from '@synaprune/onnx';
import { shrinkOnnx } from '@synaprune/onnx-shrink';
import { compressOnnx, keepBySensitivity, sensitivityDistribution } from '@synaprune/onnxruntime';
import { pruneTfjs, quantizeTfjs, shrinkTfjs } from '@synaprune/tfjs-files';
import { noiseOptions } from '../flags/input-options.js';
import type { ShrinkFlags } from '../flags/shrink.js';
import { UsageError } from '../flags/usage-error.js';
import { readScanFile, type ScanFile } from '../inputs/scan-file.js';
import type { OnnxFile, TfjsFile } from '../models/open-model.js';
import { compressTfjs } from './compress-tfjs.js';
import { madeByCompressing, madeByPruning, madeByShrinking } from './made.js';
import type { Bench } from './measure.js';
import { pruningOf } from './pruning-told.js';
import { type Reworked, rework, type Task } from './rework.js';
import { settle } from './settle.js';

/** Runs `synaprune shrink`. */
export async function runShrink(path: string, flags: ShrinkFlags): Promise<void> {
  await settle(flags, [path], (progress) =>
    rework('shrink', path, flags, progress, (task) => shrink(task, flags)),
  );
}

async function shrink(task: Task, flags: ShrinkFlags): Promise<Reworked> {
  const scan = flags.scan === undefined ? undefined : await readScanFile(flags.scan, flags.unit);
  const made = await shrinkAny(task, flags, scan);
  // What was measured is rounded already.
  if (flags.quantize === undefined || made.measured !== undefined) return made;
  const { model } = made;
  return {
    ...made,
    model: model instanceof Uint8Array ? quantizeOnnx(model).model : quantizeTfjs(model).artifacts,
  };
}

async function shrinkAny(task: Task, flags: ShrinkFlags, scan: ScanFile | undefined): Promise<Reworked> {
  const { model } = task;
  if (flags.unit === 'weight' && (flags.across !== undefined || flags.multipleOf !== undefined)) {
    throw new UsageError('--across and --multiple-of are for channels');
  }
  if (model.format === 'tfjs') return await shrinkTfjsFile(model, task, flags);
  return flags.unit === 'weight'
    ? await compressFile(model, task, flags, scan)
    : await shrinkFile(model, task, flags, scan);
}

/** Single weights of an ONNX model, refitted unless that is not wanted. */
async function compressFile(
  model: OnnxFile,
  { bench, recipe, progress }: Task,
  flags: ShrinkFlags,
  scan: ScanFile | undefined,
): Promise<Reworked> {
  const { keep, refit } = flags;
  const scanned = scan === undefined ? {} : { distribution: sensitivityDistribution(scan.layers) };
  if (!refit) {
    const options = { ...pruningOf(recipe), ...scanned, sparsity: 1 - keep };
    const { model: made, report } = await pruneOnnx(model.bytes, options);
    return { model: made, ...madeByPruning(report) };
  }
  const { select, distribution, pattern, ...others } = pruningOf(recipe);
  const unknown = Object.entries(others).find(([, value]) => value !== undefined);
  if (unknown !== undefined) {
    throw new UsageError(
      `shrink cannot refit by ${unknown[0]} of the recipe: add --no-refit, or leave it out`,
    );
  }
  if (distribution === 'global' || distribution === 'lamp') {
    throw new UsageError(
      `shrink cannot refit by the distribution "${distribution}": leave it out of the recipe, or add --no-refit`,
    );
  }
  const options = {
    keep,
    ...(select === undefined ? {} : { select }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(distribution === undefined ? {} : { distribution }),
    ...scanned,
  };
  return await compress({ ...options, unit: 'weight' }, { model, bench: bench!, progress }, flags);
}

/** Channels of an ONNX model, what stays refitted unless that is not wanted. */
async function shrinkFile(
  model: OnnxFile,
  { bench, recipe, progress }: Task,
  flags: ShrinkFlags,
  scan: ScanFile | undefined,
): Promise<Reworked> {
  const { refit, across, multipleOf } = flags;
  const { select, distribution, ...others } = pruningOf(recipe);
  const unknown = Object.entries(others).find(([, value]) => value !== undefined);
  if (unknown !== undefined) throw new UsageError(`shrink of channels takes no ${unknown[0]} of a recipe`);
  if (distribution === 'erk' || distribution === 'lamp') {
    throw new UsageError(`shrink of channels takes global and uniform of a recipe, not "${distribution}"`);
  }
  const options = {
    keep: scan === undefined ? flags.keep : keepBySensitivity(scan.layers, flags.keep),
    ...(select === undefined ? {} : { select }),
    ...(distribution === 'global' || distribution === 'uniform' ? { distribution } : {}),
    ...(across === undefined ? {} : { across }),
    ...(multipleOf === undefined ? {} : { multipleOf }),
  };
  if (refit)
    return await compress({ ...options, unit: 'channel' }, { model, bench: bench!, progress }, flags);
  const { model: made, report } = shrinkOnnx(model.bytes, options);
  return { model: made, ...madeByShrinking(report) };
}

/** Compresses on the inputs of a bench, or on noise. */
async function compress(
  options:
    | { readonly keep: number; readonly unit: 'weight' }
    | { readonly keep: Kept; readonly unit: 'channel' },
  { model, bench, progress }: Pick<Task, 'progress'> & { readonly model: OnnxFile; readonly bench: Bench },
  flags: ShrinkFlags,
): Promise<Reworked> {
  // How many samples of noise it takes is its own.
  const { samples: _, ...ofNoise } = noiseOptions(flags);
  const { classes, quantize } = flags;
  const { model: made, report } = await compressOnnx({
    ort: bench.runtime.ort,
    model: model.bytes,
    ...options,
    ...(bench.samples === undefined ? ofNoise : { inputs: bench.samples }),
    ...(classes === undefined ? {} : { classes }),
    ...(quantize === undefined ? {} : { quantize }),
    onProgress: ({ stage, done, total, layer = '' }) =>
      progress.tell(stage === 'layers' ? 'refitting' : stage, done, total ?? 300, layer),
  });
  return { model: made, ...madeByCompressing(report) };
}

type Kept = number | Readonly<Record<string, number>>;

/** Channels or single weights of a model of TensorFlow.js. */
async function shrinkTfjsFile(
  { artifacts }: TfjsFile,
  { recipe, tfjs, progress }: Task,
  { keep, unit, scan, refit, classes, across, multipleOf, quantize }: ShrinkFlags,
): Promise<Reworked> {
  if (scan !== undefined) throw new UsageError('--scan is for .onnx files');
  if (tfjs !== undefined && refit) {
    const { select, distribution, pattern, ...others } = pruningOf(recipe);
    const unfit = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
    if (unfit !== undefined || distribution === 'global' || distribution === 'lamp') {
      const what = unfit ?? `the distribution "${distribution}"`;
      throw new UsageError(`shrink cannot refit by ${what} of the recipe: leave it out, or add --no-refit`);
    }
    const given = { select, distribution, pattern, across, multipleOf, classes };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return compressTfjs(tfjs, { keep, unit, ...set }, quantize !== undefined, progress);
  }
  if (unit === 'channel') {
    const select = recipe?.select === undefined ? {} : { select: recipe.select };
    const { artifacts: made, report } = shrinkTfjs(artifacts, {
      keep,
      ...select,
      ...(across === undefined ? {} : { across }),
      ...(multipleOf === undefined ? {} : { multipleOf }),
    });
    return { model: made, ...madeByShrinking(report) };
  }
  const { artifacts: made, report } = await pruneTfjs(artifacts, {
    ...pruningOf(recipe),
    sparsity: 1 - keep,
  });
  return { model: made, ...madeByPruning(report) };
}
