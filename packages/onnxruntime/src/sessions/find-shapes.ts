import { requireOptions } from '@synaprune/core/checks';
import { embedExternalData } from '@synaprune/onnx';
import { createStepBuilder, type ReadingOptions } from '@synaprune/onnx-train';
import type { InferenceSession } from 'onnxruntime-common';
import { type BatchTensors, shapesOf } from '../batch/batch.js';
import { modelInputs } from '../inputs/model-inputs.js';
import { type ExecutionProviders, type OnnxRuntime, requireRuntime } from '../runtime/runtime.js';
import { checkSessionSettings, requireModelBytes, sessionOptionsOf } from '../runtime/session-settings.js';
import { createShapeFinder } from './shape-finder.js';

/** What {@link findShapes} is told. */
export interface FindShapesOptions
  extends Pick<ReadingOptions, 'outputs' | 'branches' | 'rules' | 'externalData'> {
  readonly ort: OnnxRuntime;
  /** The bytes of an .onnx file. */
  readonly model: Uint8Array;
  /** Inputs of a batch, by the model's names. */
  readonly inputs: BatchTensors;
  readonly executionProviders?: ExecutionProviders;
  readonly sessionOptions?: InferenceSession.SessionOptions;
}

/**
 * The shapes that `buildTrainingStep` needs as `shapes` for batches like this one: of the values that are as large as their data
 * say, as what `NonZero` gives, or `Range` up to a number that is computed. The model runs once, as far as those values. Empty
 * where the shapes of the inputs tell all others.
 *
 * A trainer finds them by itself, for every batch, once it has a `sample`.
 *
 * @throws TypeError | RangeError when an option is unknown or of a wrong type, or the inputs do not fit the model
 * @throws PruneError `bad-model`, or `device-failed` when the runtime fails
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { findShapes } from '@synaprune/onnxruntime';
 * import * as ort from 'onnxruntime-web';
 *
 * const model = buildModel({ inputs: { x: [6] }, nodes: [['NonZero', ['x'], ['places']]], outputs: ['places'] });
 * console.log(await findShapes({ ort, model, inputs: { x: Float32Array.of(0, 3, 0, 1, 4, 0) } })); // { places: [ 1, 3 ] }
 * ```
 */
export async function findShapes(options: FindShapesOptions): Promise<Record<string, readonly number[]>> {
  requireOptions('findShapes', '', options, OPTIONS);
  const {
    ort: _,
    model: given,
    inputs,
    executionProviders: __,
    sessionOptions: ___,
    externalData,
    ...reading
  } = options;
  const ort = requireRuntime(options.ort);
  requireModelBytes('findShapes', given);
  checkSessionSettings('findShapes', options);
  const model = externalData === undefined ? given : embedExternalData(given, externalData);
  const declared = modelInputs(model);
  const finder = createShapeFinder({
    ort,
    builder: createStepBuilder(),
    model,
    declared,
    reading,
    sessionOptions: sessionOptionsOf(ort, options),
    straightThrough: false,
  });
  try {
    const { shapes } = await finder.find(inputs, shapesOf(inputs, declared));
    return { ...shapes };
  } finally {
    await finder.release();
  }
}

const OPTIONS = [
  ...['ort', 'model', 'inputs', 'outputs', 'branches', 'rules', 'externalData'],
  ...['executionProviders', 'sessionOptions'],
];
