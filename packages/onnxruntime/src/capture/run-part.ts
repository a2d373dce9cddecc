import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { run } from '../runtime/run.js';
import { type ExecutionProviders, loadSession, type OnnxRuntime } from '../runtime/runtime.js';
import type { ModelGraph } from './model-graph.js';
import { type ModelPart, stageModel } from './stage-model.js';

/** What parts of a model run on. */
export interface PartRunner {
  readonly ort: OnnxRuntime;
  readonly executionProviders: ExecutionProviders;
  readonly signal?: AbortSignal | undefined;
}

/** The values of every sample, by name. */
export type Values = ReadonlyMap<string, readonly Tensor[]>;

/**
 * Runs a part of a model on the values of every sample, and gives its outputs, in main memory, sample by sample.
 *
 * @param what the part in messages: `stage 3`
 * @throws PruneError `unsupported` when the runtime refuses the part, `device-failed` when it fails to run it
 */
export async function runPart(
  { ort, executionProviders, signal }: PartRunner,
  what: string,
  graph: ModelGraph,
  part: Omit<ModelPart, 'inputs'> & { readonly inputs: readonly string[] },
  given: Values,
  replaced: ReadonlyMap<string, Float32Array>,
): Promise<Map<string, Tensor[]>> {
  const samples = Math.max(...Array.from(given.values(), ({ length }) => length));
  const inputs = new Map(part.inputs.map((name) => [name, given.get(name)![0]!.type]));
  const model = stageModel(graph, { ...part, inputs }, replaced);
  const options: InferenceSession.SessionOptions = {
    executionProviders: [...executionProviders],
    // As the whole model computes it: what is captured is what its layers see.
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  };
  const session = await loadSession(ort, what, model, options);
  const made = new Map<string, Tensor[]>(part.outputs.map((name) => [name, []]));
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      signal?.throwIfAborted();
      const feeds = Object.fromEntries(part.inputs.map((name) => [name, given.get(name)![sample]!]));
      const results = await run(session, what, feeds, part.outputs);
      for (const name of part.outputs) made.get(name)!.push(results[name]!);
    }
  } finally {
    await session.release();
  }
  return made;
}
