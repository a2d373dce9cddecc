import { polynomialDecay } from '@synaprune/core';
import { createTrainer } from '@synaprune/onnxruntime';
import type { Points } from './points.js';

/** What a client sends: its weights after its steps, and how many samples it learned from. */
export interface Update {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly samples: number;
}

/** One that has samples which it shows to nobody. */
export interface Client {
  /** Takes its steps of a round, from the weights that all have in common. */
  round(weights: ReadonlyMap<string, Float32Array>): Promise<Update>;
  /** What it has dropped, in one short text. */
  digest(): Promise<string>;
  /** The part of some points whose arm it tells with the weights of all. */
  accuracy(points: Points, weights: ReadonlyMap<string, Float32Array>): Promise<number>;
  /** The model with the weights of all. */
  export(weights: ReadonlyMap<string, Float32Array>): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/** How long a training is, and how sparse it ends. */
export interface Plan {
  readonly rounds: number;
  /** Steps of a client in a round. */
  readonly steps: number;
  readonly sparsity: number;
}

/** Opens a client with its samples. */
export async function createClient(
  model: Uint8Array,
  { x, labels }: Points,
  { rounds, steps, sparsity }: Plan,
): Promise<Client> {
  // onnxruntime-node sends telemetry otherwise, and looks at this when it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const ort = await import('onnxruntime-node');
  const trainer = await createTrainer({
    ort,
    model,
    loss: { kind: 'crossEntropy', targets: 'indices' },
    optimizer: 'adam',
    learningRate: 0.02,
    sessionOptions: { intraOpNumThreads: 1 },
  });
  // Masks change at the first step of a round, when all have the same weights: so all drop the same, without a word.
  const { pruner } = trainer.prune({
    schedule: polynomialDecay({ from: 0, to: sparsity, start: rounds / 4, end: (3 * rounds) / 4 }),
    stepsPerEpoch: steps,
  });
  return {
    async round(weights) {
      await trainer.write(weights);
      for (let step = 0; step < steps; step += 1) {
        await trainer.step({ inputs: { x }, targets: { y: labels } });
      }
      return { weights: await trainer.read(), samples: labels.length };
    },
    digest: () => pruner.digest(),
    async accuracy(points, weights) {
      await trainer.write(weights);
      const { y } = await trainer.predict({ x: points.x });
      const logits = y!.data as Float32Array;
      const right = [...points.labels].filter((label, i) => {
        const row = logits.subarray(i * 3, i * 3 + 3);
        return row.indexOf(Math.max(...row)) === Number(label);
      });
      return right.length / points.labels.length;
    },
    async export(weights) {
      await trainer.write(weights);
      return trainer.export();
    },
    dispose: () => trainer.dispose(),
  };
}
