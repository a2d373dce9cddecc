import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { create, decodeModel, encodeModel, TensorProtoSchema } from '../index.js';
import { kernel, modelOf } from './small-models.js';

/* A folder for each test of a file that asks for it: `in/model.onnx` to prune, `out/pruned.onnx` to write. */

export let folder: string;
export let model: string;
export let out: string;

/** Called by each file itself: one process loads this once for many of them. */
export function useModelFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'synaprune-onnx-'));
    model = join(folder, 'in', 'model.onnx');
    out = join(folder, 'out', 'pruned.onnx');
    mkdirSync(join(folder, 'in', 'parts'), { recursive: true });
    mkdirSync(join(folder, 'out'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
}

export const first = kernel('first', [8, 16]);
export const second = kernel('second', [16, 8]);
export const dense = modelOf({
  inputs: { x: [1, 8] },
  outputs: { z: [1, 8] },
  tensors: [first, second],
  nodes: [
    ['MatMul', ['x', 'first'], ['y']],
    ['MatMul', ['y', 'second'], ['z']],
  ],
});

/** Two kernels, the second one in another file, behind some bytes of no tensor. */
export function writeModel(
  entries: Record<string, string> = {},
  file = 'parts/weights.bin',
  data = 16 + 512 + 5,
): Uint8Array {
  const { graph, ...rest } = decodeModel(dense);
  const told = { location: file, offset: '16', length: '512', ...entries };
  graph!.initializer[1] = create(TensorProtoSchema, {
    name: 'second',
    dataType: 1,
    dims: [16n, 8n],
    dataLocation: 1,
    externalData: Object.entries(told).map(([key, text]) => ({ key, value: text })),
  });
  const bytes = new Uint8Array(data).fill(0xee);
  bytes.set(second.rawData.subarray(0, data - 16), 16);
  const target = join(folder, 'in', file);
  if (data > 0 && !file.includes('\0')) writeFileSync(target, bytes);
  writeFileSync(model, encodeModel({ ...rest, graph: graph! }));
  return bytes;
}

export const options = { sparsity: 0.75, externalData: true };
