import { PruneError } from '@synaprune/core';
import type { CompareFlags } from '../flags/compare.js';
import { openModel } from '../models/open-model.js';
import { contentOf } from '../models/write-model.js';
import type { Progress } from '../output/progress.js';
import { openBenches } from './benches.js';
import { costs } from './costs.js';
import { type Found, settle } from './settle.js';

/** Runs `synaprune compare`. */
export async function runCompare(before: string, after: string, flags: CompareFlags): Promise<void> {
  await settle(flags, [before, after], (progress) => compare(before, after, flags, progress));
}

async function compare(
  beforePath: string,
  afterPath: string,
  flags: CompareFlags,
  progress: Progress,
): Promise<Found> {
  const before = await openModel(beforePath);
  const after = await openModel(afterPath);
  if (before.format !== after.format) {
    throw new PruneError(
      'bad-model',
      `"compare" needs two models of one format, got ${before.format} and ${after.format}`,
    );
  }
  const { bench, tfjs } = await openBenches(before, flags, progress);
  const cost = await costs({ before, made: contentOf(after), bench, tfjs }, flags, progress);
  const { notices = [], runtime } = bench ?? tfjs ?? {};
  const findings = {
    command: 'compare',
    model: beforePath,
    out: null,
    ...cost,
    removed: [],
    held: [],
    notices: [...notices, ...cost.notices],
    runtime: runtime?.version ?? null,
  };
  return { findings };
}
