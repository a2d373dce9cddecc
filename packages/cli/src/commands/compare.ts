import { Command } from 'commander';
import type { Findings } from '../findings/findings.js';
import { compressedSizes } from '../models/compressed-sizes.js';
import { openModel, requireOnnx } from '../models/open-model.js';
import type { Progress } from '../output/progress.js';
import { type InputOptions, withInputs } from './input-options.js';
import { measure, openBench } from './measure.js';
import { settle } from './settle.js';
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
          .argument('<before>', 'an .onnx file')
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
): Promise<Findings> {
  const before = await openModel(beforePath);
  const after = await openModel(afterPath);
  requireOnnx('compare', before);
  requireOnnx('compare', after);
  const bench = await openBench(before, flags, progress);
  const measured = await measure(bench, { before: before.bytes, after: after.bytes }, flags, progress);
  progress.tell('compressing');
  return {
    command: 'compare',
    model: beforePath,
    out: null,
    before: { ...(await compressedSizes([before.bytes])), ms: measured.before.milliseconds },
    after: { ...(await compressedSizes([after.bytes])), ms: measured.after.milliseconds },
    agreement: measured.agreement,
    sameSamples: measured.sameSamples,
    samples: measured.samples,
    speedup: measured.speedup,
    outputs: measured.outputs,
    removed: [],
    held: [],
    notices: [...bench.notices, ...measured.notices],
    runtime: bench.runtime.version,
  };
}
