import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { type PruneTfliteOptions, pruneTflite } from '@synaprune/tflite';
import type { PruneFlags } from '../flags/prune.js';
import { pathsRead } from '../flags/shared-options.js';
import { UsageError } from '../flags/usage-error.js';
import { readRecipeFile } from '../inputs/recipe-file.js';
import { compressedSizes } from '../models/compressed-sizes.js';
import { inOrderOf, orderOfTflite } from '../models/model-order.js';
import { isTflite } from '../models/open-model.js';
import { openTflite } from '../models/open-tflite.js';
import type { Progress } from '../output/progress.js';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import { madeByPruning } from './made.js';
import { pruningOf, sparsityOf } from './pruning-told.js';
import type { Found } from './settle.js';

/** Prunes a `.tflite` file, which nothing here runs: bytes before and after, no milliseconds and no agreement. */
export async function pruneTfliteFile(path: string, flags: PruneFlags, progress: Progress): Promise<Found> {
  const { out, dryRun = false, report, inputs, sparse = false } = flags;
  if (inputs !== undefined) throw new UsageError('prune takes no --inputs for a .tflite file: it is not run');
  const sources = [path, ...pathsRead(flags)];
  if (out !== undefined) {
    await requireTarget('--out', out, sources);
    if (!isTflite(out)) {
      throw new PruneError('bad-path', `--out needs a path that ends in .tflite, got ${quote(out, 500)}`);
    }
  }
  if (report !== undefined) await requireTarget('--report', report, sources, { '--out': out });
  const recipe = flags.recipe === undefined ? undefined : await readRecipeFile(flags.recipe);
  progress.tell('reading the model');
  const bytes = await openTflite(path);
  progress.tell('pruning');
  const made = await pruneTflite(bytes, {
    ...(pruningOf(recipe) as Partial<PruneTfliteOptions>),
    ...(flags.distribution === undefined ? {} : { distribution: flags.distribution }),
    sparsity: sparsityOf(flags, recipe),
    sparse,
  });
  progress.tell('compressing');
  const { removed, held, notices } = madeByPruning(made.report);
  const message = 'models of LiteRT are not run: there are no milliseconds and no agreement';
  const findings = {
    ...{ command: 'prune', model: path, out: dryRun ? null : (out ?? null) },
    before: { ...(await compressedSizes([bytes])), ms: null },
    after: { ...(await compressedSizes([made.model])), ms: null },
    ...{ agreement: null, sameSamples: null, samples: 0, speedup: null, outputs: [] },
    removed: inOrderOf(orderOfTflite(bytes), removed),
    held,
    notices: [...(recipe?.notices ?? []), ...notices, { code: 'not-run', message }],
    runtime: null,
  };
  return out === undefined || dryRun
    ? { findings }
    : { findings, save: () => writeWhole('--out', out, made.model) };
}
