import { polynomialDecay, pruneModel } from '@synaprune/tfjs';
import { convertTfjs } from '@synaprune/tflite';
import * as tf from '@tensorflow/tfjs';
import { type Digits, shuffled } from './digits.js';
import { mobileNet } from './mobile-net.js';

/** Images of a step. */
const BATCH = 32;

/** How long nets are trained. */
export interface Training {
  /** Epochs before anything is pruned, the same for all nets. */
  readonly before: number;
  /** Epochs behind those, in which a net is pruned, or not. */
  readonly behind: number;
}

/** A net that was trained, as a `.tflite`, its zeros stored as any number. */
export interface Trained {
  readonly sparsity: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What tfjs answers to the test images. */
  readonly answers: Float32Array;
}

/** Trains nets that begin alike, and prunes the 1×1 kernels of each to one of the sparsities while it trains. */
export async function trainNets(
  { train, test }: { readonly train: Digits; readonly test: Digits },
  sparsities: readonly number[],
  { before, behind }: Training,
  say: (text: string) => void,
): Promise<Trained[]> {
  const first = mobileNet();
  await fit(first, train, { epochs: before, rate: 2e-3, seed: 100, say });
  const nets: Trained[] = [];
  for (const sparsity of sparsities) {
    say(`tflite, training to ${Math.round(100 * sparsity)} %`);
    const model = mobileNet();
    model.setWeights(first.getWeights());
    await fit(model, train, { epochs: behind, rate: 1e-3, seed: 200, sparsity, say });
    const bytes = convertTfjs(await artifactsOf(model));
    const answers = tf.tidy(() => (model.predict(test.images) as tf.Tensor).dataSync() as Float32Array);
    nets.push({ sparsity, bytes, answers });
    model.dispose();
  }
  first.dispose();
  return nets;
}

interface Fit {
  readonly epochs: number;
  /** Of Adam. */
  readonly rate: number;
  /** Of the order of the images. */
  readonly seed: number;
  readonly sparsity?: number;
  readonly say: (text: string) => void;
}

async function fit(
  model: tf.LayersModel,
  train: Digits,
  { epochs, rate, seed, sparsity = 0, say }: Fit,
): Promise<void> {
  model.compile({
    optimizer: tf.train.adam(rate),
    loss: (wanted, given) => tf.losses.softmaxCrossEntropy(wanted, given),
    metrics: ['accuracy'],
  });
  const end = Math.ceil((0.6 * epochs * train.count) / BATCH);
  const pruning =
    sparsity === 0
      ? undefined
      : pruneModel(model, {
          select: { include: /^point/ },
          schedule: polynomialDecay({ from: 0, to: sparsity, start: 0, end }),
          every: 5,
          print: false,
        });
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const order = tf.tensor1d(shuffled(train.count, seed + epoch), 'int32');
    const [images, labels] = [tf.gather(train.images, order), tf.gather(train.labels, order)];
    const { history } = await model.fit(images, labels, {
      batchSize: BATCH,
      shuffle: false,
      verbose: 0,
      ...(pruning && { callbacks: pruning.callback }),
    });
    say(`  epoch ${epoch + 1} of ${epochs}: loss ${Number(history.loss![0]).toFixed(3)}`);
    tf.dispose([order, images, labels]);
  }
  pruning?.dispose();
}

/** What tfjs saves of a model. */
async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved.push(artifacts);
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    }),
  );
  return saved[0]!;
}
