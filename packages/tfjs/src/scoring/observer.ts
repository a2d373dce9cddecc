import type { ObservedScore, ScoreObserver, Signals } from '@synaprune/core';
import { nothingObserved } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import { tensorArithmetic } from './arithmetic.js';
import { createMemories, type WeightMemory } from './memories.js';

/** What a step showed of one weight. */
export interface Seen {
  readonly weight: tf.Variable;
  readonly signals: Signals<tf.Tensor>;
}

/** A score and what it has seen, in tensors. Made by {@link createObserver}. */
export interface TensorObserver extends ScoreObserver<tf.Variable> {
  /** Takes in a step: of all these weights or of none. The signals stay the caller's. */
  see(step: readonly Seen[]): void;
  /** Gives back what is remembered. */
  dispose(): void;
}

/** An observer that remembers in tensors what it sees, by the variable. */
export function createObserver(score: ObservedScore): TensorObserver {
  const keys = Object.keys(score.memory);
  const memories = createMemories(keys);
  return {
    kind: 'observer',
    score,
    see(step) {
      const fresh = new Map<tf.Variable, WeightMemory>();
      tf.tidy(() => {
        const found = step.map(({ weight, signals }) => {
          const before = memories.of(weight) ?? zeros(keys);
          return { weight, memory: score.observe(tensorArithmetic, signals, before) };
        });
        // Clones, because a score may remember a signal as it came; kept, because this may be in the step's own tidy.
        for (const { weight, memory } of found) {
          const own = keys.map((key) => [key, tf.keep(memory[key]!.clone())] as const);
          fresh.set(weight, Object.fromEntries(own));
        }
      });
      memories.put(fresh);
    },
    rank(named) {
      if (!named.some(({ weight }) => memories.of(weight) !== undefined)) throw nothingObserved(score);
      const tensors = tf.tidy(() =>
        named.map(({ weight }) => {
          const memory = memories.of(weight);
          // Of a weight that has joined since the last step nothing is known: the others go first.
          if (memory === undefined) return tf.keep(tf.fill(weight.shape, Number.POSITIVE_INFINITY));
          const rank = score.rank(tensorArithmetic, weight, memory);
          const isWhole = String(rank.shape) === String(weight.shape);
          return tf.keep(isWhole ? rank.clone() : tf.broadcastTo(rank, weight.shape));
        }),
      );
      // A backend only reads what it ranks by.
      return { tensors: tensors as tf.Variable[], close: () => tf.dispose(tensors) };
    },
    save: memories.save,
    open: memories.open,
    dispose: memories.dispose,
  };
}

function zeros(keys: readonly string[]): WeightMemory {
  return Object.fromEntries(keys.map((key) => [key, tf.scalar(0)]));
}
