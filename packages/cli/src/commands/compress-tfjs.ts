import { compressGraphModel, compressModel, modelArtifacts } from '@synaprune/tfjs';
import type { TfjsArtifacts } from '@synaprune/tfjs-files';
import type { GraphModel, LayersModel } from '@tensorflow/tfjs';
import type { Progress } from '../output/progress.js';
import { madeByCompressing } from './made.js';
import type { TfjsBench } from './tfjs-bench.js';

/** A model that was made smaller, and what was measured of it. */
type CompressedTfjs = ReturnType<typeof madeByCompressing> & { readonly model: TfjsArtifacts };

/** Makes a model smaller and refits what stays. */
export async function compressTfjs(
  { runtime, model, inputs }: TfjsBench,
  options: Omit<Parameters<typeof compressModel>[1], 'inputs' | 'onProgress'>,
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
