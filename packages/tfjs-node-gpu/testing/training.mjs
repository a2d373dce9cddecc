// @ts-check
/*
 * Two models trained under pruning with Adam, step by step, on whatever backend tfjs has. What is found is
 * plain data, so that two backends can be compared.
 */

/** @typedef {typeof import('@tensorflow/tfjs')} Tfjs */
/** @typedef {import('@tensorflow/tfjs').Tensor} Tensor */
/** @typedef {import('@tensorflow/tfjs').Variable} Variable */

/**
 * The parts of this package, or of `@synaprune/tfjs`, that train.
 *
 * @typedef {object} Pruning
 * @property {() => import('@synaprune/tfjs').TfjsBackend} createBackend
 * @property {typeof import('@synaprune/tfjs').pruneModel} pruneModel
 * @property {typeof import('@synaprune/tfjs').createPruner} createPruner
 * @property {typeof import('@synaprune/tfjs').pruneOptimizer} pruneOptimizer
 * @property {typeof import('@synaprune/tfjs').polynomialDecay} polynomialDecay
 */

/**
 * What a run came to.
 *
 * @typedef {object} Run
 * @property {number[]} losses one a step
 * @property {number} leaked dropped weights found to be other than +0, over all steps
 * @property {number} dropped at the end, of `elements`
 * @property {number} elements
 * @property {number} tensorGrowth tensors more at the last step than at the first quarter's end
 * @property {number} handleGrowth the same, of the binding's tensors; 0 where there is no binding
 */

/** Masks are brought up to date so often, in steps. */
const RHYTHM = 10;

/** @param {Pruning} pruning @param {number} steps */
const rampOf = (pruning, steps) =>
  pruning.polynomialDecay({ from: 0.2, to: 0.8, start: 0, end: Math.floor(steps * 0.7) });

/**
 * A recurrent layers model through `pruneModel` and `trainOnBatch`.
 *
 * @param {Tfjs} tf @param {Pruning} pruning @param {number} steps
 * @returns {Promise<Run>}
 */
export async function trainForecaster(tf, pruning, steps) {
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({ units: 16, inputShape: [4, 4] }),
      tf.layers.dense({ units: 8, activation: 'relu' }),
      tf.layers.dense({ units: 2 }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(tf, i + 1, shape, 0.4))));
  const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
  model.compile({ optimizer, loss: 'meanSquaredError' });
  const backend = pruning.createBackend();
  const schedule = rampOf(pruning, steps);
  const masked = pruning.pruneModel(model, { backend, schedule, every: RHYTHM, print: false });
  const [x, y] = [tensorOf(tf, 51, [12, 4, 4]), tensorOf(tf, 52, [12, 2])];
  const kernels = masked.kernels.kernels.map(({ weight }) => weight);
  const run = await watch(tf, steps, backend, kernels, async (step) => {
    if (step % RHYTHM === 0) await masked.pruner.update(step);
    return Number(await model.trainOnBatch(x, y));
  });
  masked.dispose();
  tf.dispose([x, y]);
  model.dispose();
  optimizer.dispose();
  return run;
}

/**
 * A block of attention with two heads and a feed-forward part, in tfjs's own operations, through `createPruner`
 * and `pruneOptimizer`.
 *
 * @param {Tfjs} tf @param {Pruning} pruning @param {number} steps
 * @returns {Promise<Run>}
 */
export async function trainTransformer(tf, pruning, steps) {
  const [batch, length, width, heads] = [8, 6, 16, 2];
  const shapes = { query: 16, key: 16, value: 16, output: 16, up: 32, down: 16, readout: 3 };
  const weights = Object.entries(shapes).map(([name, columns], i) => {
    const weight = tf.tidy(() =>
      tf.variable(tensorOf(tf, 11 + i, [name === 'down' ? 32 : width, columns], 0.3)),
    );
    return { name, weight };
  });
  const [query, key, value, output, up, down, readout] = /** @type {Variable[]} */ (
    weights.map(({ weight }) => weight)
  );
  const [x, y] = [tensorOf(tf, 61, [batch, length, width]), tensorOf(tf, 62, [batch, 3])];
  /** @param {Tensor} tokens @param {Variable | undefined} by */
  const project = (tokens, by) =>
    tf.matMul(tokens.reshape([batch * length, -1]), /** @type {Variable} */ (by));
  /** @param {Variable | undefined} by */
  const headsOf = (by) =>
    project(x, by)
      .reshape([batch, length, heads, width / heads])
      .transpose([0, 2, 1, 3]);
  const loss = () => {
    const scores = tf.matMul(headsOf(query), headsOf(key), false, true).div(Math.sqrt(width / heads));
    const mixed = tf.matMul(tf.softmax(scores), headsOf(value)).transpose([0, 2, 1, 3]);
    const attended = tf.add(project(mixed, output), x.reshape([-1, width]));
    const fed = tf.add(project(tf.relu(project(attended, up)), down), attended);
    const pooled = tf.mean(fed.reshape([batch, length, width]), 1);
    const predicted = tf.matMul(
      /** @type {import('@tensorflow/tfjs').Tensor2D} */ (pooled),
      /** @type {any} */ (readout),
    );
    return /** @type {import('@tensorflow/tfjs').Scalar} */ (tf.mean(tf.squaredDifference(predicted, y)));
  };
  const backend = pruning.createBackend();
  const pruner = pruning.createPruner({ backend, weights, schedule: rampOf(pruning, steps) });
  const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-7);
  const optimizer = pruning.pruneOptimizer(adam, pruner, { backend });
  const variables = weights.map(({ weight }) => weight);
  const run = await watch(tf, steps, backend, variables, async (step) => {
    if (step % RHYTHM === 0) await pruner.update(step);
    const value = /** @type {import('@tensorflow/tfjs').Scalar} */ (
      optimizer.minimize(loss, true, variables)
    );
    const [number] = await value.data();
    value.dispose();
    return Number(number);
  });
  pruner.dispose();
  adam.dispose();
  tf.dispose([x, y, ...variables]);
  return run;
}

/**
 * Takes the steps, and looks at every weight after each.
 *
 * @param {Tfjs} tf
 * @param {number} steps
 * @param {import('@synaprune/tfjs').TfjsBackend} backend
 * @param {readonly Variable[]} weights
 * @param {(step: number) => Promise<number>} take takes a step and returns its loss
 * @returns {Promise<Run>}
 */
async function watch(tf, steps, backend, weights, take) {
  /** @type {Run} */
  const run = { losses: [], leaked: 0, dropped: 0, elements: 0, tensorGrowth: 0, handleGrowth: 0 };
  const handles = () => /** @type {any} */ (tf.backend()).binding?.getNumOfTensors() ?? 0;
  const settled = Math.floor(steps / 4);
  for (let step = 0; step < steps; step += 1) {
    run.losses.push(await take(step));
    run.dropped = 0;
    run.elements = 0;
    for (const weight of weights) {
      const kept = await backend.maskOf(weight)?.data();
      const bits = new Uint32Array((await weight.data()).slice().buffer);
      for (let i = 0; i < bits.length; i += 1) {
        if (kept?.[i] !== 0) continue;
        run.dropped += 1;
        if (bits[i] !== 0) run.leaked += 1;
      }
      run.elements += bits.length;
    }
    if (step === settled) [run.tensorGrowth, run.handleGrowth] = [-tf.memory().numTensors, -handles()];
  }
  run.tensorGrowth += tf.memory().numTensors;
  run.handleGrowth += handles();
  return run;
}

/** The largest difference of two runs' losses, relative to the loss. @param {Run} run @param {Run} other */
export function lossDifference(run, other) {
  return Math.max(...run.losses.map((loss, i) => Math.abs(loss - Number(other.losses[i])) / Math.abs(loss)));
}

/** A tensor of numbers in [−scale, scale) that are the same every time. @param {Tfjs} tf @param {number} seed @param {readonly (number | null)[]} shape */
function tensorOf(tf, seed, shape, scale = 1) {
  const edges = shape.map(Number);
  let state = seed * 7919;
  const values = Float32Array.from({ length: edges.reduce((product, edge) => product * edge, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) / 2 ** 23 - 1) * scale;
  });
  return tf.tensor(values, edges);
}
