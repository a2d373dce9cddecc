import {
  type NamedWeight,
  type ObservedScore,
  type OpenedMemory,
  PruneError,
  packMemory,
  type ScoreMemory,
  type ScoreObserver,
  unpackMemory,
} from '@synaprune/core';
import { type Gate, quote } from '@synaprune/core/checks';
import { sameShape, showShape } from '@synaprune/onnx/graph';
import type { StepScore, TrainingStep } from '@synaprune/onnx-train';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Cell, Memory, TrainerWeight } from '../memory/memory.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import { createRanker } from './ranker.js';

/** What a score remembers, beside the score: what a step graph observes for. */
export interface Observed extends StepScore {
  /** By weight, and by the score's own names. */
  readonly cells: ReadonlyMap<string, Readonly<Record<string, Cell>>>;
  /** Whether a step has been observed, by this trainer or by the one that a state came from. */
  seen: boolean;
}

/** An observer that runs. */
export interface Observing {
  readonly observer: ScoreObserver<TrainerWeight>;
  hasSeen(): boolean;
  /** Gives back what it remembers. */
  stop(): void;
}

/** The scores that look at a trainer's steps. */
export interface Observers {
  /**
   * Observes from the next step on.
   *
   * @throws PruneError `unsupported` for a weight that a signal cannot be had of
   */
  start(score: ObservedScore, weights: readonly NamedWeight<TrainerWeight>[]): Observing;
  /** Those that run; another list where anything has changed. */
  all(): readonly Observed[];
  /** Everything that is remembered. */
  cells(): Cell[];
  /** Releases what is of no more use. */
  settle(): Promise<void>;
  release(): Promise<void>;
}

/** What observers work with. */
export interface ObserverOptions {
  readonly ort: OnnxRuntime;
  readonly memory: Memory;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly gate: Gate;
  /** A step graph that observes for these scores, to see what they remember. */
  look(scores: readonly StepScore[]): TrainingStep;
}

/** Observes the steps of one trainer. */
export function createObservers(options: ObserverOptions): Observers {
  const { memory, gate, look } = options;
  let running: readonly Observed[] = [];
  /** Work of rankers that are stopped: sessions are released later, as that takes time. */
  const stopped: (() => Promise<void>)[] = [];
  const releases = new Map<Observed, () => Promise<void>>();

  const settle = async (): Promise<void> => {
    for (const release of stopped.splice(0)) await release();
  };

  return {
    start(score, weights) {
      const names = weights.map(({ name }) => name);
      const cells = createCells(look([{ score, weights: names }]), memory);
      const observed: Observed = { score, weights: names, cells, seen: false };
      const ranker = createRanker(options, observed);
      running = [...running, observed];
      releases.set(observed, ranker.release);
      return {
        observer: observerOf(observed, memory, gate, ranker.rank),
        hasSeen: () => observed.seen,
        stop() {
          if (!running.includes(observed)) return;
          running = running.filter((one) => one !== observed);
          releases.delete(observed);
          stopped.push(ranker.release);
          for (const cell of cellsOf(observed)) memory.discard(cell.tensor);
        },
      };
    },
    all: () => running,
    cells: () => running.flatMap(cellsOf),
    settle,
    async release() {
      await settle();
      for (const release of releases.values()) await release();
      releases.clear();
    },
  };
}

function createCells(step: TrainingStep, memory: Memory): Map<string, Record<string, Cell>> {
  const made: Tensor[] = [];
  const create = (shape: readonly number[]): Cell => {
    const tensor = memory.create(shape);
    made.push(tensor);
    return memory.cell(tensor);
  };
  try {
    return new Map(
      step.weights.map(({ name, memory: list = [] }) => [
        name,
        Object.fromEntries(list.map((each) => [each.name, create(each.shape)])),
      ]),
    );
  } catch (error) {
    for (const tensor of made) memory.discard(tensor);
    throw error;
  }
}

function cellsOf({ cells }: Observed): Cell[] {
  return [...cells.values()].flatMap((own) => Object.values(own));
}

/** What is remembered, as the inputs of a step that observes for these scores. */
export function memoryFeeds(step: TrainingStep, observed: readonly Observed[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, memory = [] } of step.weights) {
    for (const each of memory) feeds[each.input] = observed[each.score]!.cells.get(name)![each.name]!.tensor;
  }
  return feeds;
}

/** Takes over what a step remembered. What was stopped meanwhile takes nothing. */
export function takeMemory(
  step: TrainingStep,
  { observed, running }: { readonly observed: readonly Observed[]; readonly running: readonly Observed[] },
  memory: Memory,
  results: Readonly<Record<string, Tensor>>,
): void {
  for (const { name, memory: list = [] } of step.weights) {
    for (const each of list) {
      const owner = observed[each.score]!;
      const fresh = results[each.output]!;
      if (!running.includes(owner)) {
        memory.discard(fresh);
        continue;
      }
      const cell = owner.cells.get(name)![each.name]!;
      const old = cell.tensor;
      cell.tensor = fresh;
      memory.discard(old);
    }
  }
  for (const each of observed) each.seen = true;
}

function observerOf(
  observed: Observed,
  memory: Memory,
  gate: Gate,
  rank: ScoreObserver<TrainerWeight>['rank'],
): ScoreObserver<TrainerWeight> {
  const { score, cells } = observed;
  const cellsFor = (weights: readonly NamedWeight<TrainerWeight>[]): Cell[] =>
    weights.flatMap(({ name }) => {
      const own = cells.get(name);
      if (own === undefined) {
        throw new PruneError('unsupported', `the score ${quote(score.name)} does not observe ${quote(name)}`);
      }
      return Object.keys(score.memory).map((key) => own[key]!);
    });
  return {
    kind: 'observer',
    score,
    rank,
    save: (weights) =>
      gate.during("the pruner's save", async () => {
        if (!observed.seen) return undefined;
        const memories: ScoreMemory[] = [];
        for (const cell of cellsFor(weights)) {
          memories.push({ shape: cell.shape, values: await memory.read(cell) });
        }
        return packMemory(memories);
      }),
    open(text, weights): OpenedMemory {
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
