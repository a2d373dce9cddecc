import type { Notice } from '@synaprune/core';
import type { BatchTensors, Comparison } from '@synaprune/onnxruntime';
import type { Findings } from '../findings/findings.js';
import type { InputOptions } from '../flags/input-options.js';
import { compressedSizes } from '../models/compressed-sizes.js';
import type { ModelFile } from '../models/open-model.js';
import { contentOf, filesOf, type MadeModel } from '../models/write-model.js';
import type { Progress } from '../output/progress.js';
import { type Bench, measure } from './measure.js';
import { measureTfjs, type TfjsBench } from './tfjs-bench.js';

/** What running two models says. */
export type Measurement = Pick<
  Comparison,
  'before' | 'after' | 'agreement' | 'sameSamples' | 'samples' | 'speedup' | 'outputs'
> & { readonly notices?: readonly Notice[] };

/** Two models, and what they are measured by. */
export interface Measurable {
  readonly before: ModelFile;
  readonly made: MadeModel;
  /** `undefined` for formats that are not run. */
  readonly bench: Bench | undefined;
  readonly tfjs?: TfjsBench | undefined;
  readonly heldBack?: readonly BatchTensors[];
  readonly measured?: Measurement;
}

type Costs = Pick<
  Findings,
  'before' | 'after' | 'agreement' | 'sameSamples' | 'samples' | 'speedup' | 'outputs' | 'notices'
>;

/** What two models take, and how much they agree. */
export async function costs(
  { before: given, made, bench, tfjs, heldBack, measured }: Measurable,
  flags: InputOptions,
  progress: Progress,
): Promise<Costs> {
  const run =
    measured ??
    (await measuredNow({ before: given, made, bench, tfjs, ...(heldBack && { heldBack }) }, flags, progress));
  progress.tell('compressing');
  const before = await compressedSizes(filesOf(contentOf(given)));
  const after = await compressedSizes(filesOf(made));
  if (run === undefined) {
    const message =
      'models of TensorFlow.js are run on --inputs alone: there are no milliseconds and no agreement';
    const notices = [{ code: 'not-run', message }];
    return {
      before: { ...before, ms: null },
      after: { ...after, ms: null },
      ...{ agreement: null, sameSamples: null, samples: 0, speedup: null, outputs: [], notices },
    };
  }
  const { agreement, sameSamples, samples, speedup, outputs, notices = [] } = run;
  return {
    before: { ...before, ms: run.before.milliseconds },
    after: { ...after, ms: run.after.milliseconds },
    ...{ agreement, sameSamples, samples, speedup, outputs, notices },
  };
}

/** What running both says; `undefined` where nothing can run them. */
async function measuredNow(
  { before, made, bench, tfjs, heldBack }: Measurable,
  flags: InputOptions,
  progress: Progress,
): Promise<Measurement | undefined> {
  if (made instanceof Uint8Array) {
    if (bench === undefined || before.format !== 'onnx') return undefined;
    const held = heldBack === undefined ? bench : { ...bench, samples: heldBack };
    return measure(held, { before: before.bytes, after: made }, flags, progress);
  }
  return tfjs === undefined ? undefined : measureTfjs(tfjs, made, flags);
}
