import type { NamedWeight, ObservedScore, ScoreObserver } from '@synaprune/core';
import { nothingObserved } from '@synaprune/core/checks';
import type { Tensor } from 'onnxruntime-common';
import type { Cell, Memory, TrainerWeight } from '../memory/memory.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import type { MemoryReader } from './memory-reader.js';
import type { Observed, ObserverOptions } from './observed.js';

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
      let reader: MemoryReader | undefined;
      const release = async (): Promise<void> => reader?.release();
      const load = async (): Promise<MemoryReader> => {
        // Loaded here, so that a page which ranks by magnitude does not carry it.
        reader ??= (await import('./memory-reader.js')).createMemoryReader(options, observed);
        return reader;
      };
      running = [...running, observed];
      releases.set(observed, release);
      return {
        observer: {
          kind: 'observer',
          score,
          rank: (list) => {
            if (!observed.seen) throw nothingObserved(score);
            return gate.during("the pruner's update", async () => (await load()).rank(list));
          },
          save: (list) =>
            gate.during("the pruner's save", async () =>
              observed.seen ? (await load()).save(list) : undefined,
            ),
          open: async (text, list) => (await load()).open(text, list),
        },
        hasSeen: () => observed.seen,
        stop() {
          if (!running.includes(observed)) return;
          running = running.filter((one) => one !== observed);
          releases.delete(observed);
          stopped.push(release);
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

function createCells(step: LoadedStep, memory: Memory): Map<string, Record<string, Cell>> {
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
export function memoryFeeds(step: LoadedStep, observed: readonly Observed[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const { name, memory = [] } of step.weights) {
    for (const each of memory) feeds[each.input] = observed[each.score]!.cells.get(name)![each.name]!.tensor;
  }
  return feeds;
}

/** Takes over what a step remembered. What was stopped meanwhile takes nothing. */
export function takeMemory(
  step: LoadedStep,
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
