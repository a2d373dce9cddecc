import { type Notice, PruneError } from '@synaprune/core';
import { type OneShotRecipe, readRecipeFile } from '../inputs/recipe-file.js';
import { compressedSizes } from '../models/compressed-sizes.js';
import { type ModelFile, openModel } from '../models/open-model.js';
import { contentOf, filesOf, type MadeModel, requireOut, writeModel } from '../models/write-model.js';
import type { Progress } from '../output/progress.js';
import { requireTarget } from '../output/write-whole.js';
import type { Findings, ModelCost } from './findings.js';
import type { InputOptions } from './input-options.js';
import type { Made } from './made.js';
import { type Bench, measure, openBench } from './measure.js';
import type { WriteOptions } from './shared-options.js';
import { UsageError } from './usage-error.js';

/** A model to be made another. */
export interface Task {
  readonly model: ModelFile;
  /** Inputs and a runtime; `undefined` for formats that are not run. */
  readonly bench: Bench | undefined;
  readonly recipe: OneShotRecipe | undefined;
  readonly progress: Progress;
}

/** What is made of a model, and what is to be told of it. */
export interface Reworked extends Made {
  readonly model: MadeModel;
}

/** Opens a model, makes another of it, measures both and writes the new one: what `prune` and `shrink` have in common. */
export async function rework(
  command: string,
  path: string,
  flags: InputOptions & WriteOptions,
  progress: Progress,
  make: (task: Task) => Promise<Reworked>,
): Promise<Findings> {
  const { out, dryRun = false, report } = flags;
  if (out === undefined && !dryRun) {
    throw new UsageError(`${command} needs --out FILE, or --dry-run to write nothing`);
  }
  const recipe = flags.recipe === undefined ? undefined : await readRecipeFile(flags.recipe);
  progress.tell('reading the model');
  const model = await openModel(path);
  if (out !== undefined) await requireOut(out, model);
  if (report !== undefined)
    await requireTarget('--report', report, [...model.sources, ...(out === undefined ? [] : [out])]);
  const bench = model.format === 'onnx' ? await openBench(model, flags, progress) : undefined;
  if (bench === undefined && flags.inputs !== undefined) {
    throw new PruneError(
      'bad-inputs',
      '--inputs are for .onnx files: models of TensorFlow.js are not run yet',
    );
  }
  progress.tell(command === 'shrink' ? 'shrinking' : 'pruning');
  const { model: made, removed, held, notices } = await make({ model, bench, recipe, progress });
  const cost = await costs(model, made, bench, flags, progress);
  if (out !== undefined && !dryRun) {
    progress.tell('writing');
    await writeModel(out, made, model);
  }
  return {
    command,
    model: path,
    out: dryRun ? null : (out ?? null),
    ...cost,
    removed,
    held,
    notices: [...(recipe?.notices ?? []), ...(bench?.notices ?? []), ...notices, ...cost.notices],
    runtime: bench?.runtime.version ?? null,
  };
}

type Costs = Pick<
  Findings,
  'before' | 'after' | 'agreement' | 'sameSamples' | 'samples' | 'speedup' | 'outputs' | 'notices'
>;

async function costs(
  model: ModelFile,
  made: MadeModel,
  bench: Bench | undefined,
  flags: InputOptions,
  progress: Progress,
): Promise<Costs> {
  const sizes = async (
    ms: readonly [number, number] | undefined,
  ): Promise<{ before: ModelCost; after: ModelCost }> => {
    progress.tell('compressing');
    return {
      before: { ...(await compressedSizes(filesOf(contentOf(model)))), ms: ms?.[0] ?? null },
      after: { ...(await compressedSizes(filesOf(made))), ms: ms?.[1] ?? null },
    };
  };
  if (bench === undefined || model.format !== 'onnx' || !(made instanceof Uint8Array)) {
    const message = 'models of TensorFlow.js are not run yet: there are no milliseconds and no agreement';
    const notices: Notice[] = [{ code: 'not-run', message }];
    return {
      ...(await sizes(undefined)),
      ...{ agreement: null, sameSamples: null, samples: 0, speedup: null, outputs: [], notices },
    };
  }
  const measured = await measure(bench, { before: model.bytes, after: made }, flags, progress);
  const { before, after, agreement, sameSamples, samples, speedup, outputs, notices } = measured;
  return {
    ...(await sizes([before.milliseconds, after.milliseconds])),
    ...{ agreement, sameSamples, samples, speedup, outputs, notices },
  };
}
