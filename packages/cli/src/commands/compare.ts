import { PruneError } from '@synaprune/core';
import { Command } from 'commander';
import { openModel } from '../models/open-model.js';
import { contentOf } from '../models/write-model.js';
import type { Progress } from '../output/progress.js';
import { openBenches } from './benches.js';
import { costs } from './costs.js';
import { type InputOptions, withInputs } from './input-options.js';
import { type Found, settle } from './settle.js';
import { type SharedOptions, withJson, withReport } from './shared-options.js';

type CompareFlags = InputOptions & SharedOptions & { readonly report?: string };

/** `synaprune compare`: two models side by side. */
export function compareCommand(): Command {
  return withJson(
    withReport(
      withInputs(
        new Command('compare')
          .description(
            'Two models of the same inputs and outputs: bytes, milliseconds, and how much they agree.',
          )
          .argument('<before>', 'an .onnx file, or a model.json of TensorFlow.js')
          .argument('<after>', 'what became of it'),
      ),
    ),
  ).action((before: string, after: string, flags: CompareFlags) =>
    settle(flags, [before, after], (progress) => compare(before, after, flags, progress)),
  );
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
