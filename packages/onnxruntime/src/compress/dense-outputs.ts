import { buildModel } from '@synaprune/onnx/graph';
import type { InferenceSession } from 'onnxruntime-common';
import { run } from '../runtime/run.js';
import { type ExecutionProviders, loadSession, type OnnxRuntime } from '../runtime/runtime.js';

/** Multiplies columns with the matrices of dense layers. */
export interface DenseOutputs {
  /**
   * @param columns `[samples, features]`, row-major
   * @param matrix `[rows, features]`
   * @returns `[samples, rows]`
   */
  of(columns: Float32Array, matrix: Float32Array, rows: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Smaller products are not worth a run. */
const SMALL = 1 << 14;

/** By the runtime, whose products of matrices are what it is best at. */
export async function openDenseOutputs(
  ort: OnnxRuntime,
  executionProviders: ExecutionProviders,
): Promise<DenseOutputs> {
  let session: InferenceSession | undefined;
  const options = {
    executionProviders: [...executionProviders],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  } as const;
  return {
    async of(columns, matrix, rows) {
      const features = matrix.length / rows;
      const samples = columns.length / features;
      if (columns.length * rows < SMALL || features * rows < 256) return multiply(columns, matrix, rows);
      session ??= await loadSession(ort, 'a product of matrices', product(), options);
      const x = new ort.Tensor('float32', columns, [samples, features]);
      const w = new ort.Tensor('float32', matrix, [rows, features]);
      const { y } = await run(session, 'a product of matrices', { x, w });
      return y!.data as Float32Array;
    },
    async release() {
      await session?.release();
      session = undefined;
    },
  };
}

function product(): Uint8Array {
  return buildModel({
    inputs: { x: ['samples', 'features'], w: ['rows', 'features'] },
    nodes: [['Gemm', ['x', 'w'], ['y'], { transB: 1 }]],
    outputs: { y: ['samples', 'rows'] },
  });
}

function multiply(columns: Float32Array, matrix: Float32Array, rows: number): Float32Array {
  const features = matrix.length / rows;
  const samples = columns.length / features;
  const outputs = new Float32Array(samples * rows);
  for (let sample = 0; sample < samples; sample += 1) {
    for (let row = 0; row < rows; row += 1) {
      let sum = 0;
      for (let i = 0; i < features; i += 1) {
        sum += columns[sample * features + i]! * matrix[row * features + i]!;
      }
      outputs[sample * rows + row] = sum;
    }
  }
  return outputs;
}
