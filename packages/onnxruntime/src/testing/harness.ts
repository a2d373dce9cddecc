import type { ConformanceHarness } from '@synaprune/conformance';
import { createGate } from '@synaprune/core/checks';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import type { Cell, TrainerMask, TrainerWeight } from '../memory/memory.js';
import { identityModel, openMemory } from '../memory/open-memory.js';
import type { TestRuntime } from './runtimes.js';

/**
 * The conformance harness of a trainer's backend, for weights of any shape: an optimizer step is a run of a real
 * session that gives a weight its new value, exactly as a trainer's steps do.
 */
export async function createHarness(
  { name, ort, executionProviders }: TestRuntime,
  hooks: Pick<ConformanceHarness<TrainerWeight, TrainerMask>, 'countLive' | 'bytesRead'> = {},
): Promise<ConformanceHarness<TrainerWeight, TrainerMask>> {
  const options: InferenceSession.SessionOptions = { executionProviders, logSeverityLevel: 3 };
  const memory = await openMemory(ort, options, {
    gate: createGate('trainer'),
    straightThrough: false,
  });
  const session = await ort.InferenceSession.create(identityModel(), {
    ...options,
    ...memory.outputOptions(['y']),
  });
  const step = async (values: Float32Array, shape: readonly number[]): Promise<Tensor> => {
    const x = new ort.Tensor('float32', values.slice(), [...shape]);
    return (await session.run({ x })).y as Tensor;
  };
  return {
    name: `${name}: ${memory.backend.manifest.name}`,
    createBackend: () => memory.backend,
    createWeight: (values, shape) => memory.cell(memory.create(shape, values)),
    readWeight: (weight) => memory.read(weight as Cell),
    async writeWeight(weight, values) {
      const cell = weight as Cell;
      const old = cell.tensor;
      cell.tensor = await step(values, cell.shape);
      memory.discard(old);
    },
    disposeWeight: (weight) => memory.discard((weight as Cell).tensor),
    spoilWeight(weight) {
      const cell = weight as Cell;
      memory.discard(cell.tensor);
      cell.tensor = memory.create([1]);
    },
    ...hooks,
  };
}
