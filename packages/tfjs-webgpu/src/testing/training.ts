import {
  createPruner,
  polynomialDecay,
  pruneModel as pruneAnyModel,
  pruneOptimizer,
  type Schedule,
  type TfjsBackend,
} from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';

/** What a run came to. Plain data, so that two backends can be compared. */
export interface Run {
  readonly losses: readonly number[];
  /** Dropped elements found to be other than +0, over all steps. */
  readonly leaked: number;
  /** Fraction dropped at the end. */
  readonly sparsity: number;
  /** What `measure` gave at a quarter of the way and at the end. */
  readonly before: Measured;
  readonly after: Measured;
}

/** What may not grow. */
export type Measured = Readonly<Record<string, number>>;

/** Where a run takes place. */
export interface Place {
  readonly backend: TfjsBackend;
  readonly measure: () => Measured;
}

/** Masks are brought up to date so often in a run. */
const UPDATES = 20;

const rampOf = (steps: number): Schedule =>
  polynomialDecay({ from: 0.2, to: 0.8, start: 0, end: Math.floor(0.7 * steps) });

/** A recurrent layers model under `pruneModel`, by `trainOnBatch` with Adam. */
export async function trainForecaster(place: Place, steps = 200): Promise<Run> {
  const rhythm = steps / UPDATES;
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({ units: 16, inputShape: [5, 4] }),
      tf.layers.dense({ units: 8, activation: 'relu' }),
      tf.layers.dense({ units: 2 }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => numbers(shape, i + 1, 0.4))));
  const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const pruning = pruneAnyModel(model, {
    schedule: rampOf(steps),
    every: rhythm,
    backend: place.backend,
    print: false,
  });
  const [x, y] = [numbers([12, 5, 4], 51), numbers([12, 2], 52)];
  const run = await takeSteps(
    { ...place, steps },
    pruning.kernels.kernels.map(({ weight }) => weight),
    async (step) => {
      if (step % rhythm === 0) await pruning.pruner.update(step);
      return (await model.trainOnBatch(x, y)) as number;
    },
  );
  const { sparsity } = (await pruning.pruner.report()).total;
  pruning.dispose();
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return { ...run, sparsity };
}

/** A block of attention with two heads and a feed-forward part, under `createPruner` and `pruneOptimizer`. */
export async function trainTransformer(place: Place, steps = 200): Promise<Run> {
  const rhythm = steps / UPDATES;
  const [batch, length, width, heads] = [8, 6, 16, 2];
  const shapes: Readonly<Record<string, [number, number]>> = {
    query: [width, width],
    key: [width, width],
    value: [width, width],
    output: [width, width],
    up: [width, 32],
    down: [32, width],
    readout: [width, 3],
  };
  const weights = Object.entries(shapes).map(([name, shape], i) => ({
    name,
    weight: tf.tidy(() => tf.variable(numbers(shape, 11 + i, 0.3))),
  }));
  const of = (name: string): tf.Variable => weights.find((one) => one.name === name)!.weight;
  const [x, y] = [numbers([batch, length, width], 61), numbers([batch, 3], 62)];
  const rows = (tokens: tf.Tensor): tf.Tensor => tokens.reshape([batch * length, -1]);
  const split = (tokens: tf.Tensor): tf.Tensor =>
    tokens.reshape([batch, length, heads, width / heads]).transpose([0, 2, 1, 3]);
  const loss = (): tf.Scalar => {
    const [query, key, value] = ['query', 'key', 'value'].map((name) => split(tf.matMul(rows(x), of(name))));
    const attention = tf.softmax(tf.matMul(query!, key!, false, true).div(Math.sqrt(width / heads)));
    const mixed = tf.matMul(attention, value!).transpose([0, 2, 1, 3]);
    const attended = tf.matMul(rows(mixed), of('output')).add(rows(x));
    const fed = tf.matMul(tf.relu(tf.matMul(attended, of('up'))), of('down')).add(attended);
    const pooled = tf.mean(fed.reshape([batch, length, width]), 1);
    return tf.mean(tf.squaredDifference(tf.matMul(pooled, of('readout')), y));
  };
  const pruner = createPruner({ backend: place.backend, weights, schedule: rampOf(steps) });
  const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
  const optimizer = pruneOptimizer(adam, pruner, { backend: place.backend });
  const variables = weights.map(({ weight }) => weight);
  const run = await takeSteps({ ...place, steps }, variables, async (step) => {
    if (step % rhythm === 0) await pruner.update(step);
    const value = optimizer.minimize(loss, true, variables)!;
    const [number] = await value.data();
    value.dispose();
    return number!;
  });
  const { sparsity } = (await pruner.report()).total;
  pruner.dispose();
  adam.dispose();
  tf.dispose([x, y, ...variables]);
  return { ...run, sparsity };
}

async function takeSteps(
  { backend, measure, steps }: Place & { readonly steps: number },
  weights: readonly tf.Variable[],
  step: (number: number) => Promise<number>,
): Promise<Omit<Run, 'sparsity'>> {
  const losses: number[] = [];
  let leaked = 0;
  let before: Measured = {};
  for (let number = 0; number < steps; number += 1) {
    losses.push(await step(number));
    leaked += await countLeaks(backend, weights);
    if (number === steps / 4) before = measure();
  }
  return { losses, leaked, before, after: measure() };
}

/** Elements that the masks drop and the weights do not hold at +0. */
async function countLeaks(backend: TfjsBackend, weights: readonly tf.Variable[]): Promise<number> {
  // Copies are read, so that tfjs does not come to know the values of the weights themselves.
  const join = (tensors: readonly tf.Tensor[]): tf.Tensor =>
    tf.tidy(() => tf.concat(tensors.map((tensor) => tensor.flatten())));
  const joined = [join(weights), join(weights.map((weight) => backend.maskOf(weight)!))];
  const [values, kept] = await Promise.all(joined.map((tensor) => tensor.data()));
  tf.dispose(joined);
  return [...values!].filter((value, i) => kept![i] === 0 && !Object.is(value, 0)).length;
}

/** Numbers in [−scale, scale) that are the same every time. */
function numbers(shape: readonly number[], seed: number, scale = 1): tf.Tensor {
  let state = seed * 7919;
  const size = shape.reduce((product, edge) => product * edge, 1);
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 8) / 2 ** 23 - 1) * scale;
  });
  return tf.tensor(values, [...shape]);
}
