import { PruneError } from '@synaprune/core';
import { describe, requireFraction, requireOptions } from '@synaprune/core/checks';
import { buildModel } from '@synaprune/onnx/graph';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Cell } from '../memory/memory.js';
import { run } from '../runtime/run.js';
import { loadSession } from '../runtime/runtime.js';
import { insideOf } from '../trainer/inside.js';
import type { Trainer } from '../trainer/trainer-api.js';
import { type MovingAverageState, openAverage, sealAverage } from './average-state.js';

/** What {@link createMovingAverage} is told. */
export interface MovingAverageOptions {
  /** What of the average stays at each update, in [0, 1]: 0.999 is common, less where steps are few. */
  readonly decay: number;
}

/** A moving average of a trainer's weights, in which dropped weights are zero. Made by {@link createMovingAverage}. */
export interface MovingAverage {
  /** How many updates there were. */
  readonly updates: number;
  /**
   * After each step: `average = decay · average + (1 − decay) · weight`, and +0 where the masks of now drop.
   *
   * @throws PruneError `busy` while the trainer works, `disposed`
   */
  update(): Promise<void>;
  /** A copy of every average, by its name in the model, and of the trainer's buffers as they are now. */
  read(): Promise<Map<string, Float32Array>>;
  /** The model as it came, with the averages in the places of its weights. */
  export(): Promise<Uint8Array>;
  /** The averages as plain portable data, beside what the trainer saves. */
  save(): Promise<MovingAverageState>;
  /**
   * Goes on where a saved one was, on this or another runtime. Restore the trainer first, masks included.
   *
   * @throws PruneError `state-corrupt`, `state-version`, `state-mismatch`; nothing has changed then
   */
  restore(state: unknown): Promise<void>;
  /** Gives back what it holds; the trainer does so as well. Harmless when repeated. */
  dispose(): Promise<void>;
}

/**
 * A moving average of a trainer's weights, as it is kept for evaluation. An average knows nothing of masks: what was
 * dropped would live on in it for thousands of steps, and a model exported from it would not be sparse. In this one
 * dropped weights are zero, whatever dropped them, and what grows back starts from zero. It begins as the weights are when
 * it is made. It stays where the weights are: nothing is read back before {@link MovingAverage.read}.
 *
 * @throws TypeError | RangeError when `trainer` is none, or an option is unknown or wrong
 * @throws PruneError `busy` while the trainer works, `disposed`
 *
 * @example
 * ```ts no-run
 * import { createMovingAverage, type Batch, type Trainer } from '@synaprune/onnxruntime';
 *
 * declare const trainer: Trainer;
 * declare const batches: readonly Batch[];
 * const average = await createMovingAverage(trainer, { decay: 0.999 });
 * for (const batch of batches) {
 *   await trainer.step(batch);
 *   await average.update();
 * }
 * const model: Uint8Array = await average.export(); // as sparse as the trainer's
 * await average.dispose();
 * ```
 */
export async function createMovingAverage(
  trainer: Trainer,
  options: MovingAverageOptions,
): Promise<MovingAverage> {
  const inside = insideOf(trainer);
  if (inside === undefined) {
    throw new TypeError(`createMovingAverage needs a trainer of createTrainer, got ${describe(trainer)}`);
  }
  requireOptions('createMovingAverage', '', options, ['decay']);
  const { decay } = options;
  requireFraction('createMovingAverage', 'decay', decay);
  const { ort, memory, gate, weights, companions } = inside;
  const cells = weights.map(({ name, weight }) => ({ name, weight: weight as Cell }));
  const averages = new Map<string, Cell>();
  let session: InferenceSession | undefined;
  let updates = 0;

  const requireLive = (call: string): void => {
    if (averages.size === 0) {
      throw new PruneError('disposed', `${call} needs a live moving average; this one was disposed`);
    }
  };
  const release = async (): Promise<void> => {
    for (const [name, cell] of averages) {
      // What the trainer gave back it has given back.
      if (companions.get(name)?.delete(cell)) memory.discard(cell.tensor);
    }
    averages.clear();
    const last = session;
    session = undefined;
    await last?.release();
  };
  const replace = (cell: Cell, tensor: Tensor): void => {
    const old = cell.tensor;
    cell.tensor = tensor;
    memory.discard(old);
  };

  await gate.exclusive('createMovingAverage', async () => {
    await inside.settle();
    try {
      for (const { name, weight } of cells) {
        const cell = memory.cell(memory.create(weight.shape, await memory.read(weight)));
        averages.set(name, cell);
        companions.set(name, (companions.get(name) ?? new Set()).add(cell));
      }
      const outputs = cells.map((_, i) => `new/${i}`);
      session = await loadSession(ort, 'the moving average', averageModel(cells, decay), {
        ...inside.sessionOptions,
        ...memory.outputOptions(outputs),
      });
    } catch (error) {
      await release();
      throw error;
    }
  });
  inside.onRelease.add(release);

  /** Zeroes what masks drop and gives the copies. */
  const readAll = async (): Promise<Float32Array[]> => {
    await inside.settle();
    const values: Float32Array[] = [];
    for (const { name, weight } of cells) {
      values.push(await memory.readMasked(averages.get(name)!, weight));
    }
    return values;
  };
  const read = async (): Promise<Map<string, Float32Array>> => {
    const values = await readAll();
    return new Map([
      ...cells.map(({ name }, i) => [name, values[i]!] as const),
      ...(await inside.readBuffers()),
    ]);
  };
  const alone = <Result>(call: string, work: () => Promise<Result>): Promise<Result> =>
    gate.exclusive(`${call} of the moving average`, async () => {
      requireLive(call);
      return work();
    });

  return {
    get updates() {
      return updates;
    },
    update: () =>
      alone('update', async () => {
        await inside.settle();
        const feeds: Record<string, Tensor> = {};
        for (const [i, { name, weight }] of cells.entries()) {
          feeds[`weight/${i}`] = weight.tensor;
          feeds[`average/${i}`] = averages.get(name)!.tensor;
        }
        const results = await run(session!, 'the moving average', feeds);
        for (const [i, { name }] of cells.entries()) replace(averages.get(name)!, results[`new/${i}`]!);
        updates += 1;
      }),
    read: () => alone('read', read),
    export: () => alone('export', async () => inside.exportWith(await read())),
    save: () =>
      alone('save', async () => {
        const values = await readAll();
        const tensors = cells.map(({ name, weight }, i) => ({
          name,
          shape: weight.shape,
          values: values[i]!,
        }));
        return sealAverage({ decay, updates }, tensors);
      }),
    restore: (state) =>
      alone('restore', async () => {
        const opened = openAverage(
          state,
          decay,
          cells.map(({ name, weight }) => ({ name, shape: weight.shape })),
        );
        const fresh = opened.values.map((values, i) => memory.create(cells[i]!.weight.shape, values));
        for (const [i, { name, weight }] of cells.entries()) {
          replace(averages.get(name)!, fresh[i]!);
          memory.touch(weight);
        }
        updates = opened.updates;
      }),
    async dispose() {
      if (!inside.onRelease.has(release)) return;
      await gate.exclusive('dispose of the moving average', async () => {
        inside.onRelease.delete(release);
        await release();
      });
    },
  };
}

/** `new = decay·average + (1 − decay)·weight` for each. Where both are +0 it is +0. */
function averageModel(cells: readonly { readonly weight: Cell }[], decay: number): Uint8Array {
  const floats = (shape: readonly number[]) => ({ type: 'float32' as const, shape });
  const inputs = Object.fromEntries(
    cells.flatMap(({ weight: { shape } }, i) => [
      [`weight/${i}`, floats(shape)],
      [`average/${i}`, floats(shape)],
    ]),
  );
  return buildModel({
    inputs,
    tensors: { decay: { shape: [], data: [decay] }, rest: { shape: [], data: [1 - decay] } },
    nodes: cells.flatMap((_, i) => [
      ['Mul', [`average/${i}`, 'decay'], [`old/${i}`]] as const,
      ['Mul', [`weight/${i}`, 'rest'], [`part/${i}`]] as const,
      ['Add', [`old/${i}`, `part/${i}`], [`new/${i}`]] as const,
    ]),
    outputs: Object.fromEntries(cells.map(({ weight: { shape } }, i) => [`new/${i}`, floats(shape)])),
  });
}
