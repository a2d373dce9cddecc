import { createPruner, type Notice, readRecipe } from '@synaprune/core';
import { gatherNotices } from '@synaprune/examples-kit/notices';
import type { Line } from '@synaprune/examples-kit/ocr/lines/draw-line';
import { stackLines } from '@synaprune/examples-kit/ocr/lines/line-set';
import type { Model } from '@synaprune/examples-kit/ocr/model/model';
import { createTrainer, type OnnxRuntime } from '@synaprune/onnxruntime';
import type { InferenceSession } from 'onnxruntime-common';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { isTrained } from '../model/prunable.js';
import { type SoftTargets, unpackTargets } from '../model/soft-targets.js';
import { learningRateOf, sparsityOf, type TrainingPlan, targetsOf, updatesOf } from './training-plan.js';

/** A line to learn from, and what the dense model makes of it. */
export interface Lesson {
  readonly line: Line;
  readonly targets: SoftTargets;
}

/** What {@link trainThrough} is told. */
export interface TrainingRequest {
  readonly ort: OnnxRuntime;
  readonly model: Model;
  readonly lessons: readonly Lesson[];
  readonly plan: TrainingPlan;
  readonly batch: number;
  readonly seed: number;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: number, loss: number, sparsity: number) => void;
}

/** The model as it is at the end of a stage. */
export interface Stage {
  readonly sparsity: number;
  readonly bytes: Uint8Array;
  /** What did not come to hold up to here, each once. */
  readonly notices: readonly Notice[];
  /** Loss of each step of the stage. */
  readonly losses: readonly number[];
  /** Since the training began. */
  readonly seconds: number;
}

/**
 * Trains the model to give the dense model's outputs, prunes it as it goes, and hands over the .onnx at the end
 * of each stage.
 */
export async function* trainThrough(request: TrainingRequest): AsyncGenerator<Stage> {
  const { ort, model, lessons, plan, batch, seed, sessionOptions, signal, onStep } = request;
  const began = performance.now();
  const { width } = lessons[0]!.line;
  const shape = model.outputShape(width);
  const size = shape.reduce((product, edge) => product * edge, 1);
  const trainer = await createTrainer({
    ort,
    model: model.bytes,
    inputs: { [model.input]: [batch, 3, lessons[0]!.line.pixels.length / width, width] },
    trainable: isTrained,
    loss: { kind: 'crossEntropy', from: 'probabilities' },
    optimizer: 'adam',
    clip: { norm: 1 },
    batchNormalization: model.batchNormalization,
    sessionOptions,
  });
  try {
    const plannedSparsity = sparsityOf(plan);
    const isUpdate = updatesOf(plan);
    // The stages' recipes differ in their schedules alone.
    const { every: _, ...options } = readRecipe(plan.recipes[0]);
    const pruner = createPruner({
      backend: trainer.backend,
      weights: trainer.weights,
      ...options,
      schedule: plannedSparsity,
    });
    const learningRate = learningRateOf(plan);
    const draw = drawBatches(lessons, batch, seed);
    const gathered = gatherNotices();
    gathered.add(trainer.notices);
    for (const [stage, sparsity] of targetsOf(plan).entries()) {
      const losses: number[] = [];
      for (let step = stage * plan.steps; step < (stage + 1) * plan.steps; step += 1) {
        signal?.throwIfAborted();
        if (isUpdate(step)) gathered.add((await pruner.update(step)).notices);
        const lesson = draw();
        const { loss } = await trainer.step({
          inputs: { [model.input]: stackLines(lesson.map(({ line }) => line)) },
          targets: {
            [model.output]: {
              data: unpackTargets(
                lesson.map(({ targets }) => targets),
                size,
              ),
              dims: [batch, ...shape],
            },
          },
          learningRate: learningRate(step),
        });
        losses.push(loss);
        onStep?.(step, loss, plannedSparsity(step));
      }
      gathered.add((await pruner.report()).notices);
      yield {
        sparsity,
        bytes: await trainer.export(),
        notices: gathered.all(),
        losses,
        seconds: (performance.now() - began) / 1000,
      };
    }
  } finally {
    await trainer.dispose();
  }
}

/** Batches in random order, each lesson as often as any other. */
function drawBatches(lessons: readonly Lesson[], batch: number, seed: number): () => Lesson[] {
  const random = xoroshiro128plus(seed);
  let order: Lesson[] = [];
  return () =>
    Array.from({ length: batch }, () => {
      if (order.length === 0) order = [...lessons];
      const [lesson] = order.splice(uniformInt(random, 0, order.length - 1), 1);
      return lesson!;
    });
}
