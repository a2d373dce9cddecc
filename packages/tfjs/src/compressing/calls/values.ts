import * as tf from '@tensorflow/tfjs-core';
import type { CalledModel, LayerCall, Source } from '../../model/list-calls.js';

/** A tensor that flows between layers, and the mask that goes along, where there is one. */
export interface Flowing {
  readonly tensor: tf.Tensor;
  readonly mask?: tf.Tensor;
}

/** The values between the layers of a model, for several batches; each goes when nothing is to read it any more. */
export interface Values {
  readonly batches: number;
  /** What a call reads, of one batch. */
  inputs(call: number, batch: number): readonly Flowing[];
  /** What the model gives, of one batch; there once all calls were made. */
  outputs(batch: number): readonly tf.Tensor[];
  /** Makes a call for all batches. Those that it reads were made before. */
  make(call: number): void;
  isMade(call: number): boolean;
  dispose(): void;
}

/**
 * Values of a model, none of them computed yet.
 *
 * @param batches of each batch the tensors of the model's inputs, which stay the caller's
 */
export function createValues(model: CalledModel, batches: readonly (readonly tf.Tensor[])[]): Values {
  const made: (readonly (readonly Flowing[])[] | undefined)[] = model.calls.map(() => undefined);
  const waiting = countReaders(model);

  const at = (source: Source, batch: number): Flowing =>
    source.call === undefined
      ? { tensor: batches[batch]![source.input]! }
      : made[source.call]![batch]![source.output]!;

  const release = (call: number): void => {
    for (const batch of made[call] ?? []) disposeAll(batch);
    made[call] = [];
  };

  return {
    batches: batches.length,
    inputs: (call, batch) => model.calls[call]!.inputs.map((source) => at(source, batch)),
    outputs: (batch) => model.outputs.map((source) => at(source, batch).tensor),
    isMade: (call) => made[call] !== undefined,
    make(call) {
      const results: (readonly Flowing[])[] = [];
      made[call] = results;
      const { inputs } = model.calls[call]!;
      for (let batch = 0; batch < batches.length; batch += 1) {
        results.push(
          callLayer(
            model.calls[call]!,
            inputs.map((source) => at(source, batch)),
          ),
        );
      }
      for (const { call: read } of inputs) {
        if (read === undefined) continue;
        waiting[read]! -= 1;
        if (waiting[read] === 0) release(read);
      }
      if (waiting[call] === 0) release(call);
    },
    dispose() {
      for (const call of made.keys()) release(call);
    },
  };
}

/** Makes one call, as `predict` does. What it gives is kept, and the caller's. */
export function callLayer({ layer }: LayerCall, inputs: readonly Flowing[]): Flowing[] {
  const kept: Flowing[] = [];
  tf.tidy(() => {
    const tensors = inputs.map(({ tensor }) => tensor);
    const masks = inputs.map(({ mask }) => mask ?? null);
    const [first] = masks;
    const masked = masks.some((mask) => mask !== null);
    const result = layer.apply(tensors, { training: false, ...(masked ? { mask: first } : {}) });
    const found = layer.supportsMasking ? layer.computeMask(tensors, masks as tf.Tensor[]) : null;
    const mask = [found].flat()[0] ?? null;
    // A layer may hand on what it was given; every value has a handle of its own here.
    for (const output of [result].flat() as tf.Tensor[]) {
      const tensor = tf.keep(output.clone());
      kept.push(mask === null ? { tensor } : { tensor, mask: tf.keep(mask.clone()) });
    }
  });
  return kept;
}

function disposeAll(values: readonly Flowing[]): void {
  tf.dispose(values.flatMap(({ tensor, mask }) => (mask === undefined ? [tensor] : [tensor, mask])));
}

/** How often each call is read: by other calls and as an output, which is never released. */
function countReaders({ calls, outputs }: CalledModel): number[] {
  const readers = calls.map(() => 0);
  for (const { inputs } of calls) {
    for (const { call } of inputs) if (call !== undefined) readers[call]! += 1;
  }
  for (const { call } of outputs) if (call !== undefined) readers[call]! += 1;
  return readers;
}
