import { type AccelerationResult, compareAcceleration, speedText } from '@synaprune/examples-kit/speed';
import { type AcceleratedLayer, accelerate } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Device } from '../device/devices';
import { useDevice } from '../device/use-device';
import type { TaskData } from '../tasks/task';

/** What a model takes to predict, dense and accelerated. */
export interface PredictionTimes extends AccelerationResult<AcceleratedLayer> {
  /** Where it was timed. */
  readonly device: Device;
}

/** Samples of one prediction: one, as a user asks for it, and a batch. */
const BATCHES = [1, 64];

/** Kernels that skip zeros need tensors in main memory. */
const DEVICES_IN_MEMORY = ['wasm', 'cpu'] as const;

/**
 * Times predictions of a saved model, dense and accelerated in turns: on the device in use where its tensors are in main
 * memory, else on WebAssembly or plain JavaScript. The device in use is the same afterwards.
 *
 * @throws Error when neither starts
 */
export async function timePredictions(
  artifacts: tf.io.ModelArtifacts,
  data: TaskData,
  between: () => Promise<void>,
): Promise<PredictionTimes> {
  const home = tf.getBackend();
  const device = await moveToMemory(home as Device);
  try {
    return { device, ...(await compare(artifacts, data, between)) };
  } finally {
    await tf.setBackend(home);
  }
}

async function moveToMemory(home: Device): Promise<Device> {
  const reasons: string[] = [];
  for (const device of DEVICES_IN_MEMORY) {
    if (device === home) return device;
    const reason = await useDevice(device);
    if (reason === null) return device;
    reasons.push(`${device}: ${reason.words}`);
  }
  await tf.setBackend(home);
  throw new Error(`nothing here keeps tensors in main memory (${reasons.join('; ')})`);
}

async function compare(
  artifacts: tf.io.ModelArtifacts,
  data: TaskData,
  between: () => Promise<void>,
): Promise<AccelerationResult<AcceleratedLayer>> {
  // Two models: copies that share weights would share what is packed of them.
  const open = () => tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const [dense, accelerated] = [await open(), await open()];
  const samples = new Map(BATCHES.map((count) => [count, firstSamples(data, count)]));
  const predict = (model: tf.LayersModel, count: number) =>
    tf.tidy(() => (model.predict(samples.get(count)!) as tf.Tensor).dataSync());
  try {
    return await compareAcceleration(
      {
        dense: (count) => predict(dense, count),
        accelerated: (count) => predict(accelerated, count),
        accelerate: (count) => accelerate(accelerated, { inputs: samples.get(count)! }),
        batches: BATCHES,
        compared: BATCHES.at(-1)!,
      },
      { between },
    );
  } finally {
    tf.dispose([...samples.values()]);
    for (const model of [dense, accelerated]) model.dispose();
  }
}

function firstSamples(data: TaskData, count: number): tf.Tensor {
  const { inputs, targets } = data.batch(Int32Array.from({ length: count }, (_, i) => i));
  targets.dispose();
  return inputs;
}

/** Times as a screen reader says them. */
export function spokenTimes({ speeds }: PredictionTimes): string {
  return `Accelerated, ${speeds.map((speed) => `a prediction of ${speed.batch} is ${speedText(speed)}`).join('; ')}.`;
}
