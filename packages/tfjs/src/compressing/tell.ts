import type { RunnableModel } from '../comparing/answer.js';
import { measureBoth } from '../comparing/compare-models.js';
import type { OpenedInputs } from '../inputs/open-inputs.js';
import { listLayers, type NamedTensor } from './list-layers.js';
import type { CompressModelOptions } from './options.js';
import type { Prepared } from './prepare.js';
import type { ModelRefit } from './refitting/refit-model.js';
import type { CompressReport } from './report.js';

/** What was done. */
interface Compressed {
  readonly prepared: Prepared;
  readonly done: ModelRefit;
  readonly dense: RunnableModel;
  readonly pruned: RunnableModel;
  /** The weights of `pruned`. */
  readonly weights: readonly NamedTensor[];
}

/** Measures what became of a model, on the samples that were held back, and tells it. */
export async function tellCompressed(
  { prepared, done, dense, pruned, weights }: Compressed,
  opened: OpenedInputs,
  { onProgress, ...options }: CompressModelOptions,
): Promise<CompressReport> {
  onProgress?.({ stage: 'measuring', done: 0, total: 1 });
  const measured = await measureBoth(dense, pruned, opened.heldBack, options);
  onProgress?.({ stage: 'measuring', done: 1, total: 1 });
  const layers = await listLayers(weights, done.parts, prepared.cut);
  const { held, shrunk, notices } = prepared;
  return {
    ...measured,
    samples: opened.samples,
    layers,
    removed: prepared.removed(layers),
    held,
    groups: shrunk?.groups ?? [],
    ...(shrunk === undefined ? {} : { shrunk }),
    notices: [...opened.notices, ...notices, ...done.notices, ...measured.notices],
  };
}
