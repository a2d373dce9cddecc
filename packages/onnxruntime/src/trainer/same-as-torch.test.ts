import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTrainer, type TrainerOptions } from '../index.js';
import { elementsIn, numbers } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';

/** Made by testing/make-torch-figures.py, which says how. */
interface Run extends Pick<TrainerOptions, 'loss' | 'optimizer' | 'clip'> {
  readonly name: string;
  /** The model, where it has not the run's name. */
  readonly file?: string;
  readonly x: readonly number[];
  /** How many tokens there are, where the inputs are tokens. */
  readonly tokens?: number;
  readonly targets: { readonly shape: readonly number[]; readonly classes?: number };
  readonly learningRate: number;
  /** From the step of each number on. */
  readonly sparsities?: Readonly<Record<string, number>>;
  /** Of PyTorch in float64, at each step. */
  readonly losses: readonly number[];
  /** How far float32 has taken PyTorch from that, up to each step. */
  readonly drift: readonly number[];
  /** The same of some elements of each weight, after the last step. */
  readonly weights: readonly {
    readonly name: string;
    readonly sample: readonly number[];
    readonly drift: readonly number[];
  }[];
}

const file = (name: string) => readFileSync(new URL(`../testing/fixtures/${name}`, import.meta.url));
const { batches, runs } = JSON.parse(file('torch-figures.json').toString()) as {
  readonly batches: number;
  readonly runs: readonly Run[];
};

/** How many times as far as the farthest of PyTorch's own six runs in float32 another one may lie. */
const FARTHER = 4;
/** What float32 rounds of a number around 1, for where PyTorch's runs happen to agree. */
const ROUNDING = 2 ** -24;

const classesOf = (count: number, of: number, seed: number) =>
  BigInt64Array.from(numbers(count, seed), (value) => BigInt(Math.floor(Math.abs(value) * of) % of));

function batchOf({ x, tokens, targets: { shape, classes } }: Run, batch: number) {
  const count = elementsIn(x);
  const inputs = tokens === undefined ? numbers(count, 50 + batch) : classesOf(count, tokens, 50 + batch);
  const size = elementsIn(shape);
  const wanted =
    classes === undefined ? numbers(size, 80 + batch, 0.5) : classesOf(size, classes, 80 + batch);
  return { inputs: { x: { data: inputs, dims: x } }, targets: { y: { data: wanted, dims: shape } } };
}

/** The largest of `|ours − theirs| / drift`. */
function farthest(ours: readonly number[], theirs: readonly number[], drift: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  const off = ours.map((value, at) => Math.abs(value - theirs[at]!) / (drift[at]! + ROUNDING));
  return off.some(Number.isNaN) ? Number.NaN : Math.max(...off);
}

for (const { ort, executionProviders, name } of [await useNode(), await useWasm()]) {
  // All on node; on wasm, where loading a step takes longest, two that have most of the arithmetic between them.
  const brief = ['perceptron, pruned on the way', 'transformer'];
  const chosen = runs.filter((run) => executionProviders.includes('cpu') || brief.includes(run.name));
  describe(`on ${name}, what PyTorch exported is trained as PyTorch trains it, over 100 steps`, () => {
    for (const run of chosen) {
      const { loss, optimizer, learningRate, clip, sparsities = {} } = run;
      it(run.name, async () => {
        const trainer = await createTrainer({
          ort,
          executionProviders,
          model: file(`${run.file ?? run.name}.onnx`),
          loss,
          optimizer,
          learningRate,
          batchNormalization: 'train',
          ...(clip && { clip }),
        });
        const rises = Object.entries(sparsities);
        const schedule = (step: number) =>
          Math.max(0, ...rises.filter(([from]) => step >= Number(from)).map(([, sparsity]) => sparsity));
        if (rises.length > 0) trainer.prune({ schedule });
        const losses: number[] = [];
        for (let step = 0; step < run.losses.length; step += 1) {
          losses.push((await trainer.step(batchOf(run, step % batches))).loss);
        }
        const trained = await trainer.read();
        await trainer.dispose();

        expect(run.losses.at(-1)).toBeLessThan(0.8 * run.losses[0]!);
        expect(farthest(losses, run.losses, run.drift)).toBeLessThan(FARTHER);
        expect([...trained.keys()].sort()).toEqual(run.weights.map((weight) => weight.name).sort());
        for (const { name: weight, sample, drift } of run.weights) {
          const values = trained.get(weight)!;
          const apart = Math.max(1, Math.ceil(values.length / 4));
          const ours = [...values].filter((_, at) => at % apart === 0);
          expect(farthest(ours, sample, drift), weight).toBeLessThan(FARTHER);
        }
      });
    }
  });
}
