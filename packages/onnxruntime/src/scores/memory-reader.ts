import {
  type NamedWeight,
  type OpenedMemory,
  PruneError,
  packMemory,
  type Ranks,
  type ScoreMemory,
  unpackMemory,
} from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { sameShape, showShape } from '@synaprune/onnx/graph';
import type { Tensor } from 'onnxruntime-common';
import type { Cell, TrainerWeight } from '../memory/memory.js';
import type { Observed, ObserverOptions } from './observed.js';
import { createRanker } from './ranker.js';

/** Reads and writes what a score remembers, as an observer of core does. */
export interface MemoryReader {
  rank(weights: readonly NamedWeight<TrainerWeight>[]): Promise<Ranks<TrainerWeight>>;
  save(weights: readonly NamedWeight<TrainerWeight>[]): Promise<string>;
  /** @throws PruneError `state-corrupt`, `state-mismatch` */
  open(text: string | undefined, weights: readonly NamedWeight<TrainerWeight>[]): OpenedMemory;
  release(): Promise<void>;
}

export function createMemoryReader(options: ObserverOptions, observed: Observed): MemoryReader {
  const { memory } = options;
  const { score, cells } = observed;
  const ranker = createRanker(options, observed);
  const cellsFor = (weights: readonly NamedWeight<TrainerWeight>[]): Cell[] =>
    weights.flatMap(({ name }) => {
      const own = cells.get(name);
      if (own === undefined) {
        throw new PruneError('unsupported', `the score ${quote(score.name)} does not observe ${quote(name)}`);
      }
      return Object.keys(score.memory).map((key) => own[key]!);
    });
  return {
    rank: ranker.rank,
    release: ranker.release,
    async save(weights) {
      const memories: ScoreMemory[] = [];
      for (const cell of cellsFor(weights)) {
        memories.push({ shape: cell.shape, values: await memory.read(cell) });
      }
      return packMemory(memories);
    },
    open(text, weights) {
      const own = cellsFor(weights);
      const values = text === undefined ? undefined : unpackMemory(text, own.length);
      const wrong = values?.findIndex(({ shape }, i) => !sameShape(shape, own[i]!.shape)) ?? -1;
      if (wrong >= 0) {
        const [needed, got] = [own[wrong]!.shape, values![wrong]!.shape].map(showShape);
        throw new PruneError(
          'state-mismatch',
          `what the score ${quote(score.name)} remembers needs the shape ${needed} here, and the state has ${got}`,
        );
      }
      const fresh: Tensor[] = [];
      const discard = (): void => {
        for (const tensor of fresh) memory.discard(tensor);
      };
      try {
        for (const [i, { shape }] of own.entries()) fresh.push(memory.create(shape, values?.[i]?.values));
      } catch (error) {
        discard();
        throw error;
      }
      return {
        commit() {
          for (const [i, cell] of own.entries()) {
            memory.discard(cell.tensor);
            cell.tensor = fresh[i]!;
          }
          observed.seen = values !== undefined;
        },
        discard,
      };
    },
  };
}
