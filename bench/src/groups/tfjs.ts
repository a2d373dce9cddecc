import { constantSparsity, createPruner, type Pruner, tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type Context, fewRounds, isSmall, type Rounds } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { topkThreshold, useTensorflow } from '../peers/tensorflow.js';
import { judged, type Row, rowOf } from '../row.js';
import { measureTfjsEnforce } from './tfjs-enforce.js';

const LAYERS = [512, 1024, 512, 10];
/** A smoke run's: eleven thousand weights. */
const FEW_LAYERS = [64, 128, 20, 10];
const BATCH = 64;
const SPARSITY = 0.8;
/** Training steps from one mask update to the next. */
const EVERY = 100;

/** Pruning while training a model of a million weights on TensorFlow.js's wasm backend. */
export async function measureTfjs({ sizes, rounds, say }: Context): Promise<Row[]> {
  const quick = isSmall({ sizes });
  const layers = quick ? FEW_LAYERS : LAYERS;
  say(`tfjs-wasm, an MLP of layers ${layers.join(', ')}`);
  await useTensorflow('wasm');
  const model = createModel(layers);
  const before = model.kernels.map((kernel) => kernel.dataSync().slice());
  const elements = model.kernels.reduce((sum, { size }) => sum + size, 0);
  const kept = elements - Math.floor(SPARSITY * elements);
  const restore = () =>
    tf.tidy(() => {
      for (const [i, kernel] of model.kernels.entries()) kernel.assign(tf.tensor(before[i]!, kernel.shape));
    });
  const masks = drawMasks(model.kernels);
  const [update, topk] = await measureUpdates(model.kernels, kept, restore, rounds(elements));
  const pruner = createPrunerOf(model.kernels);
  restore();
  await pruner.update(0);
  const { enforce, product, rows } = await measureTfjsEnforce(model.kernels, masks, pruner, {
    restore,
    rounds: rounds(elements),
  });
  pruner.dispose();
  const [step] = await measure([{ name: 'training step', run: model.step }], {
    ...fewRounds(rounds(elements)),
  });
  tf.dispose(masks);
  model.dispose();
  const options = { group: 'tfjs', elements };
  const all = [
    rowOf(update!, topk!, { ...options, cheaper: true, goal: 'tfjs-update' }),
    ...rows,
    shareRow('pruning, of a training step', [update!, enforce, step!], elements),
    shareRow('the same with tf.topk and w.mul(mask)', [topk!, product, step!], elements),
    ...(await measureCpu(layers, rounds)),
  ];
  if (!quick) return all;
  const verdict = 'reported: a smoke run, a smaller network';
  return all.map((row) => (row.goal === undefined ? row : { ...row, verdict }));
}

/** Enforcing alone on TensorFlow.js's cpu backend, where a training step takes a second. */
async function measureCpu(layers: readonly number[], rounds: Context['rounds']): Promise<readonly Row[]> {
  await useTensorflow('cpu');
  const model = createModel(layers);
  const elements = model.kernels.reduce((sum, { size }) => sum + size, 0);
  const masks = drawMasks(model.kernels);
  const changes = model.kernels.map(({ shape }) => tf.randomNormal(shape, 0, 0.01));
  const pruner = createPrunerOf(model.kernels);
  await pruner.update(0);
  // As an optimizer leaves them: in arrays that nobody else has.
  const restore = () =>
    tf.tidy(() => {
      for (const [i, kernel] of model.kernels.entries()) kernel.assign(kernel.add(changes[i]!));
    });
  const { rows } = await measureTfjsEnforce(model.kernels, masks, pruner, {
    restore,
    rounds: fewRounds(rounds(elements)),
  });
  pruner.dispose();
  tf.dispose([...masks, ...changes]);
  model.dispose();
  return rows;
}

function drawMasks(kernels: readonly tf.Variable[]): tf.Tensor[] {
  return kernels.map(({ shape }) =>
    tf.tidy(() => tf.keep(tf.randomUniform(shape).greater(SPARSITY).cast('float32'))),
  );
}

/** A mask update through the backend, and one with the operations that TensorFlow.js offers. */
function measureUpdates(
  kernels: readonly tf.Variable[],
  kept: number,
  restore: () => void,
  rounds: Rounds,
): Promise<Timing[]> {
  let pruner: Pruner | undefined;
  return measure(
    [
      {
        name: 'pruner.update',
        prepare: () => {
          pruner?.dispose();
          pruner = createPrunerOf(kernels);
        },
        run: () => pruner!.update(0),
      },
      {
        name: 'tf.topk(concat(abs)), mask, assign',
        run: () =>
          tf.tidy(() => {
            const threshold = topkThreshold(kernels, kept);
            for (const kernel of kernels) {
              const mask = kernel.abs().greaterEqual(threshold).cast('float32');
              kernel.assign(kernel.mul(mask));
            }
          }),
      },
    ],
    { ...rounds, collect: true, prepare: restore },
  ).finally(() => pruner?.dispose());
}

function createPrunerOf(kernels: readonly tf.Variable[]): Pruner {
  return createPruner({
    backend: tfjsBackend(),
    weights: kernels.map((weight, i) => ({ name: `dense${i}/kernel`, weight })),
    schedule: constantSparsity(SPARSITY),
  });
}

/** The share of a step that goes into enforcing once and into a hundredth of an update. */
function shareRow(work: string, [update, enforce, step]: readonly Timing[], elements: number): Row {
  const pruning = update!.median / EVERY + enforce!.median;
  const milliseconds = [update!, enforce!, step!].map(({ median }) => (median / 1e6).toFixed(2));
  const ours = update!.name === 'pruner.update';
  return judged(ours ? 'tfjs-share' : undefined, {
    group: 'tfjs',
    work,
    against: step!.name,
    elements,
    share: pruning / step!.median,
    nanoseconds: pruning / elements,
    nanosecondsAgainst: step!.median / elements,
    samples: step!.samples,
    note: `ms: update ${milliseconds[0]}, enforce ${milliseconds[1]}, step ${milliseconds[2]}`,
  });
}

/** A multilayer perceptron with Adam and one batch of noise to learn. */
function createModel(layers: readonly number[]) {
  const kernels: tf.Variable[] = [];
  const biases: tf.Variable[] = [];
  for (let i = 0; i + 1 < layers.length; i += 1) {
    const [inputs, units] = [layers[i]!, layers[i + 1]!];
    tf.tidy(() => {
      kernels.push(tf.variable(tf.randomNormal([inputs, units], 0, Math.sqrt(2 / inputs), 'float32', i + 1)));
      biases.push(tf.variable(tf.zeros([units])));
    });
  }
  const x = tf.randomNormal<tf.Rank.R2>([BATCH, layers[0]!], 0, 1, 'float32', 11);
  const y = tf.tidy(() => tf.oneHot(tf.range(0, BATCH, 1, 'int32').mod(10).cast('int32'), 10) as tf.Tensor2D);
  const optimizer = tf.train.adam(1e-3);
  const loss = (): tf.Scalar => {
    let values: tf.Tensor = x;
    for (const [i, kernel] of kernels.entries()) {
      values = values.matMul(kernel).add(biases[i]!);
      if (i + 1 < kernels.length) values = values.relu();
    }
    return tf.losses.softmaxCrossEntropy(y, values as tf.Tensor2D);
  };
  return {
    kernels,
    step: () => optimizer.minimize(loss),
    dispose: () => {
      optimizer.dispose();
      tf.dispose([x, y, ...kernels, ...biases]);
    },
  };
}
