import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';
import type { Line } from '../lines/draw-line.js';
import { stackLines } from '../lines/line-set.js';
import type { Answer, Model } from './model.js';

/** What reading needs of a runtime: the namespace of onnxruntime-node or -web. */
interface Runtime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** Asks one version of a model about lines. */
export interface Reader {
  /** The probabilities of a batch of lines, one line after another. */
  outputs(lines: readonly Line[]): Promise<Float32Array>;
  /** The answers on any number of lines. */
  read(lines: readonly Line[]): Promise<Answer[]>;
  release(): Promise<void>;
}

const BATCH = 16;

/** Loads a version of the model: its own bytes or pruned ones. */
export async function openReader(
  ort: Runtime,
  model: Model,
  bytes: Uint8Array,
  sessionOptions: InferenceSession.SessionOptions,
): Promise<Reader> {
  const session = await ort.InferenceSession.create(bytes, sessionOptions);
  const outputs = async (lines: readonly Line[]) => {
    const { data, dims } = stackLines(lines);
    const results = await session.run({ [model.input]: new ort.Tensor('float32', data, dims) });
    return results[model.output]!.data as Float32Array;
  };
  return {
    outputs,
    read: async (lines) => {
      const answers: Answer[] = [];
      for (let at = 0; at < lines.length; at += BATCH) {
        const batch = lines.slice(at, at + BATCH);
        const data = await outputs(batch);
        const each = data.length / batch.length;
        for (let i = 0; i < batch.length; i += 1) {
          answers.push(model.answer(data.subarray(i * each, (i + 1) * each)));
        }
      }
      return answers;
    },
    release: () => session.release(),
  };
}
