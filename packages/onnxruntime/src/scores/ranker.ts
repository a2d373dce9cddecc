import type { NamedWeight, Ranks } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { buildRanking, type Ranking } from '@synaprune/onnx-train';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Cell, TrainerWeight } from '../memory/memory.js';
import { run } from '../runtime/run.js';
import { loadSession } from '../runtime/runtime.js';
import type { Observed, ObserverOptions } from './observed.js';

/** Makes ranks of what a score remembers. */
export interface Ranker {
  rank(weights: readonly NamedWeight<TrainerWeight>[]): Promise<Ranks<TrainerWeight>>;
  release(): Promise<void>;
}

/** A ranking of some weights, loaded. */
interface Loaded {
  readonly names: string;
  readonly ranking: Ranking;
  readonly session: InferenceSession | undefined;
  readonly outputs: readonly string[];
}

/** Loads nothing before it is asked. */
export function createRanker(
  { ort, memory, sessionOptions }: Omit<ObserverOptions, 'look' | 'gate'>,
  observed: Observed,
): Ranker {
  const { score, cells } = observed;
  let loaded: Loaded | undefined;

  const load = async (weights: readonly NamedWeight<TrainerWeight>[]): Promise<Loaded> => {
    const names = JSON.stringify(weights.map(({ name }) => name));
    if (loaded?.names === names) return loaded;
    const ranking = buildRanking(
      score,
      weights.map(({ name, weight: { shape } }) => ({
        shape,
        memory: Object.fromEntries(Object.entries(cells.get(name)!).map(([key, cell]) => [key, cell.shape])),
      })),
    );
    const outputs = ranking.weights.flatMap((each) => ('output' in each ? [each.output] : []));
    const options = { ...sessionOptions, ...memory.outputOptions(outputs) };
    const session =
      ranking.model === undefined
        ? undefined
        : await loadSession(ort, `the score ${quote(score.name)}`, ranking.model, options);
    const before = loaded?.session;
    loaded = { names, ranking, session, outputs };
    await before?.release();
    return loaded;
  };

  const reckon = async (weights: readonly NamedWeight<TrainerWeight>[]): Promise<Ranks<TrainerWeight>> => {
    const { ranking, session, outputs } = await load(weights);
    const feeds: Record<string, Tensor> = {};
    for (const [i, each] of ranking.weights.entries()) {
      if (!('output' in each)) continue;
      const { name, weight } = weights[i]!;
      for (const { name: input, of } of each.inputs) {
        feeds[input] = of === 'weight' ? (weight as Cell).tensor : cells.get(name)![of.memory]!.tensor;
      }
    }
    const results =
      session === undefined ? {} : await run(session, `the score ${quote(score.name)}`, feeds, outputs);
    const own: Tensor[] = [];
    const tensors = ranking.weights.map((each, i) => {
      if (!('output' in each)) return cells.get(weights[i]!.name)![each.memory]!;
      const tensor = results[each.output]!;
      own.push(tensor);
      return memory.cell(tensor);
    });
    return {
      tensors,
      close() {
        for (const tensor of own.splice(0)) memory.discard(tensor);
      },
    };
  };

  return {
    rank: reckon,
    async release() {
      const last = loaded?.session;
      loaded = undefined;
      await last?.release();
    },
  };
}
