import type { Answers } from '@synaprune/refit';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { BatchTensors, ModelInput } from '../inputs/model-batches.js';

/** A graph model of `@tensorflow/tfjs-converter`, as far as it is used. */
export interface RunnableGraph {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape?: number[] | undefined;
    readonly dtype: string;
  }[];
  readonly outputs: readonly { readonly name: string }[];
  readonly weights: Readonly<Record<string, tf.Tensor[]>>;
  dispose(): void;
  execute(inputs: tf.NamedTensorMap, outputs?: string | string[]): tf.Tensor | tf.Tensor[];
  executeAsync(inputs: tf.NamedTensorMap, outputs?: string | string[]): Promise<tf.Tensor | tf.Tensor[]>;
  save(handler: tf.io.IOHandler): Promise<tf.io.SaveResult>;
}

/** A model that can be run and compared. */
export type RunnableModel = LayersModel | RunnableGraph;

/** Whether it is a graph model. */
export function isGraph(model: RunnableModel): model is RunnableGraph {
  // Layers models have an `execute` too.
  return typeof (model as Partial<RunnableGraph>).executeAsync === 'function';
}

/** The inputs of a model. */
export function inputsOf(model: RunnableModel): ModelInput[] {
  if (!isGraph(model)) {
    // A Sequential has no list of these names before it is built.
    return model.inputs.map(({ sourceLayer, shape, dtype }) => ({ name: sourceLayer.name, shape, dtype }));
  }
  return model.inputs.map(({ name, shape, dtype }) => ({
    name: nodeOf(name),
    shape: shape?.map((edge) => (edge < 0 ? null : edge)),
    dtype,
  }));
}

/** Names of the outputs of a model; a layer that gives several is numbered: `lstm`, `lstm:1`. */
export function outputNamesOf(model: RunnableModel): string[] {
  if (isGraph(model)) return model.outputs.map(({ name }) => nodeOf(name));
  const names = model.outputs.map(({ sourceLayer }) => sourceLayer.name);
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length;
    return before === 0 ? name : `${name}:${before}`;
  });
}

/** Without the number of the output. */
const nodeOf = (name: string): string => name.replace(/:0$/, '');

/** Runs a model on one batch. What it gives is the caller's to dispose of. */
export async function runModel(model: RunnableModel, batch: BatchTensors): Promise<tf.Tensor[]> {
  if (!isGraph(model)) {
    const outputs = tf.tidy(() => model.predictOnBatch(batch.length === 1 ? batch[0]! : [...batch]));
    return [outputs].flat();
  }
  const feeds = Object.fromEntries(inputsOf(model).map(({ name }, i) => [name, batch[i]!]));
  return executeGraph(
    model,
    feeds,
    model.outputs.map(({ name }) => name),
  );
}

/** Values of a graph model, computed from others. They are the caller's to dispose of. */
export async function executeGraph(
  model: RunnableGraph,
  feeds: tf.NamedTensorMap,
  names: string[],
): Promise<tf.Tensor[]> {
  try {
    return [tf.tidy(() => model.execute(feeds, names))].flat();
  } catch (error) {
    // Branches, loops and shapes that depend on values need the other way.
    if (!(error instanceof Error) || !error.message.includes('executeAsync')) throw error;
    return [await model.executeAsync(feeds, names)].flat();
  }
}

/** What a model answers to one batch. */
export async function answersOf(
  model: RunnableModel,
  names: readonly string[],
  batch: BatchTensors,
): Promise<Answers> {
  const outputs = await runModel(model, batch);
  try {
    const answers: [string, Answers[string]][] = [];
    for (const [i, name] of names.entries()) {
      const output = outputs[i]!;
      answers.push([name, { data: (await output.data()) as Float32Array, dims: output.shape }]);
    }
    return Object.fromEntries(answers);
  } finally {
    tf.dispose(outputs);
  }
}
