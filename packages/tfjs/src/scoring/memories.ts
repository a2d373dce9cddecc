import { type OpenedMemory, packMemory, type ScoreMemory, unpackMemory } from '@synaprune/core';
import { quote, requireBroadcast } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';

/** What a score remembers of one weight, by the score's own names. The tensors are kept until something takes their place. */
export type WeightMemory = Readonly<Record<string, tf.Tensor>>;

/** A variable and its name. */
interface Named {
  readonly name: string;
  readonly weight: tf.Variable;
}

/** What a score remembers of each weight. Made by {@link createMemories}. */
export interface Memories {
  of(weight: tf.Variable): WeightMemory | undefined;
  /** Puts others in the place of those there were. The tensors are its own from then on. */
  put(fresh: ReadonlyMap<tf.Variable, WeightMemory | undefined>): void;
  /** What is remembered of these weights, as text; `undefined` where none was seen. */
  save(weights: readonly Named[]): Promise<string | undefined>;
  /** Reads what {@link Memories.save} gave. @throws PruneError `state-corrupt`, `state-mismatch` */
  open(text: string | undefined, weights: readonly Named[]): OpenedMemory;
  dispose(): void;
}

/** @param keys what a score remembers, in the order in which it is saved */
export function createMemories(keys: readonly string[]): Memories {
  const memories = new Map<tf.Variable, WeightMemory>();
  const put: Memories['put'] = (fresh) => {
    for (const [weight, memory] of fresh) {
      tf.dispose(memories.get(weight) ?? {});
      if (memory === undefined) memories.delete(weight);
      else memories.set(weight, memory);
    }
  };
  return {
    of: (weight) => memories.get(weight),
    put,
    async save(weights) {
      if (!weights.some(({ weight }) => memories.has(weight))) return undefined;
      const list = weights.flatMap(({ weight }) => keys.map((key) => memories.get(weight)?.[key]));
      return packMemory(
        await Promise.all(list.map((tensor) => (tensor === undefined ? UNSEEN : read(tensor)))),
      );
    },
    open(text, weights) {
      const found = text === undefined ? [] : unpackMemory(text, weights.length * keys.length);
      const own = weights.map((named, i) => {
        const values = found.slice(i * keys.length, (i + 1) * keys.length);
        for (const [at, { shape }] of values.entries())
          requireBroadcast(
            'state-mismatch',
            `${keys[at]!} of ${quote(named.name)}`,
            shape,
            named.weight.shape,
          );
        return { weight: named.weight, values };
      });
      const fresh = new Map(
        own.map(
          ({ weight, values }) =>
            [
              weight,
              keys.length > 0 && values.every(isUnseen) ? undefined : tensorsOf(keys, values),
            ] as const,
        ),
      );
      return {
        commit: () => put(fresh),
        discard: () => tf.dispose([...fresh.values()].map((memory) => memory ?? {})),
      };
    },
    dispose() {
      for (const memory of memories.values()) tf.dispose(memory);
      memories.clear();
    },
  };
}

/** Of a weight that joined after the last step: a zero for the zeros before the first one. */
const UNSEEN: ScoreMemory = { shape: [], values: Float32Array.of(0) };

function isUnseen({ shape, values }: ScoreMemory): boolean {
  return shape.length === 0 && values[0] === 0;
}

async function read(tensor: tf.Tensor): Promise<ScoreMemory> {
  return { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
}

function tensorsOf(keys: readonly string[], values: readonly ScoreMemory[]): WeightMemory {
  const tensors = values.map((memory) => tf.keep(tf.tensor(memory.values, [...memory.shape], 'float32')));
  return Object.fromEntries(keys.map((key, i) => [key, tensors[i]!]));
}
