import { holdBack } from '@synaprune/refit';
import { compressGraphModel, compressModel, modelArtifacts } from '@synaprune/tfjs';
import { quantizeTfjs, type TfjsArtifacts } from '@synaprune/tfjs-files';
import type { GraphModel, LayersModel } from '@tensorflow/tfjs';
import type { Progress } from '../output/progress.js';
import { madeByCompressing } from './made.js';
import { measureTfjs, type TfjsBench } from './tfjs-bench.js';

type CompressOptions = Omit<Parameters<typeof compressModel>[1], 'inputs' | 'onProgress'>;

/** A model that was made smaller, and what was measured of it. */
type CompressedTfjs = ReturnType<typeof madeByCompressing> & { readonly model: TfjsArtifacts };

/**
 * Makes a model smaller and refits what stays.
 *
 * @param quantized whether its weights are kept in 8 bits as well
 */
export async function compressTfjs(
  bench: TfjsBench,
  options: CompressOptions,
  quantized: boolean,
  progress: Progress,
): Promise<CompressedTfjs> {
  if (!quantized) return compressWhole(bench, options, progress);
  const { used, heldBack, notices } = holdBack(bench.inputs, 'calibrated by');
  const given = { ...options, heldBack };
  const { model, measured: _, ...rest } = await compressWhole({ ...bench, inputs: used }, given, progress);
  const { artifacts } = quantizeTfjs(model);
  const measured = await measureTfjs({ ...bench, inputs: heldBack }, artifacts, {});
  return { ...rest, model: artifacts, measured, notices: [...notices, ...rest.notices] };
}

async function compressWhole(
  { runtime, model, inputs }: TfjsBench,
  options: CompressOptions,
  progress: Progress,
): Promise<CompressedTfjs> {
  const given = {
    ...options,
    inputs,
    onProgress: ({ stage, done, total, layer = '' }) =>
      progress.tell(stage === 'layers' ? 'refitting' : stage, done, total, layer),
  } as Parameters<typeof compressModel>[1];
  if ('executeAsync' in model) {
    const { loadGraphModel } = runtime.tf;
    const { artifacts, report } = await compressGraphModel(model as GraphModel, { ...given, loadGraphModel });
    return { model: artifacts, ...madeByCompressing(report) };
  }
  const { model: smaller, report } = await compressModel(model as LayersModel, given);
  return { model: (await modelArtifacts(smaller)) as TfjsArtifacts, ...madeByCompressing(report) };
}
