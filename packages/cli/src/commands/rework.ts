import type { BatchTensors } from '@synaprune/onnxruntime';
import type { Trained } from '../findings/findings.js';
import type { InputOptions } from '../flags/input-options.js';
import { pathsRead, type ReadFlags, type WriteOptions } from '../flags/shared-options.js';
import { type OneShotRecipe, readRecipeFile } from '../inputs/recipe-file.js';
import { inOrderOf, orderOf } from '../models/model-order.js';
import { type ModelFile, type OnnxFile, openModel } from '../models/open-model.js';
import { type MadeModel, requireOut, writeModel } from '../models/write-model.js';
import type { Progress } from '../output/progress.js';
import { requireTarget } from '../output/write-whole.js';
import { type Benches, openBenches } from './benches.js';
import { costs, type Measurement } from './costs.js';
import type { Made } from './made.js';
import type { Found } from './settle.js';

/** A model to be made another. */
export interface Task extends Benches {
  readonly model: ModelFile;
  readonly recipe: OneShotRecipe | undefined;
  readonly progress: Progress;
}

/** What is made of a model, and what is to be told of it. */
export interface Reworked extends Made {
  readonly model: MadeModel;
  /** What it is compared with, where that is not the model it was made of. */
  readonly before?: OnnxFile;
  /** Samples to measure by: those that nothing was fitted to. */
  readonly heldBack?: readonly BatchTensors[];
  /** What was measured already. */
  readonly measured?: Measurement;
  /** How far it was trained on. */
  readonly trained?: Trained;
  /** What only this command finds out. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const DOING: Readonly<Record<string, string>> = {
  prune: 'pruning',
  shrink: 'shrinking',
  finetune: 'training',
};

/** Opens a model, makes another of it and measures both: what `prune`, `shrink` and `finetune` have in common. */
export async function rework(
  command: string,
  path: string,
  flags: InputOptions & WriteOptions & ReadFlags,
  progress: Progress,
  make: (task: Task) => Promise<Reworked>,
): Promise<Found> {
  const { out, dryRun = false, report } = flags;
  const recipe = flags.recipe === undefined ? undefined : await readRecipeFile(flags.recipe);
  progress.tell('reading the model');
  const model = await openModel(path);
  const sources = [...model.sources, ...pathsRead(flags)];
  if (out !== undefined) await requireOut(out, model, sources);
  if (report !== undefined) await requireTarget('--report', report, sources, { '--out': out });
  const { bench, tfjs } = await openBenches(model, flags, progress);
  progress.tell(DOING[command] ?? command);
  const {
    model: made,
    removed,
    held,
    notices,
    more,
    trained,
    ...rest
  } = await make({ model, bench, tfjs, recipe, progress });
  const cost = await costs({ made, before: rest.before ?? model, bench, tfjs, ...rest }, flags, progress);
  const findings = {
    command,
    model: path,
    out: dryRun ? null : (out ?? null),
    ...cost,
    removed: inOrderOf(orderOf(model), removed),
    held,
    notices: [...(recipe?.notices ?? []), ...((bench ?? tfjs)?.notices ?? []), ...notices, ...cost.notices],
    runtime: (bench ?? tfjs)?.runtime.version ?? null,
    ...(trained === undefined ? {} : { trained }),
    ...(more === undefined ? {} : { more }),
  };
  return out === undefined || dryRun
    ? { findings }
    : { findings, save: () => writeModel(out, made, sources, { '--report': report }) };
}
