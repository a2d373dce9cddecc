// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel } from '@synaprune/onnx';
import { judge } from './judge.mjs';
import { asModel, sizeOf } from './model-of-test.mjs';
import { readTensor } from './read-tensor.mjs';

const FLOAT = 1;
const DOUBLE = 11;

/** @typedef {import('@synaprune/onnx').TensorProto} TensorProto */

/** @typedef {import('./judge.mjs').Verdict} Verdict */

/** @param {string} test @param {string} home @param {Map<string, string[]>} reasons */
export async function judgeTest(test, home, reasons) {
  const bytes = new Uint8Array(readFileSync(join(home, 'model.onnx')));
  const graph = decodeModel(bytes).graph;
  if (graph === undefined) return { category: 'no graph', lines: [] };
  const tensors = graph.input.every(({ type }) => type?.value.case === 'tensorType');
  if (!tensors) return { category: 'left out: inputs that are no tensors', lines: [] };
  /** @type {Map<string, TensorProto>} */
  const values = new Map();
  for (const [index, { name }] of graph.input.entries()) {
    const file = join(home, 'test_data_set_0', `input_${index}.pb`);
    if (existsSync(file)) values.set(name, readTensor(new Uint8Array(readFileSync(file)), name));
  }
  const floats = [...values].filter(
    ([, { dataType, dims }]) => dataType === FLOAT && sizeOf(dims.map(Number)) > 0,
  );
  if (floats.length === 0) return { category: 'left out: no float32 input', lines: [] };
  /** @type {Map<string, { dims: readonly number[], type: number }>} */
  const outputs = new Map();
  for (const [index, { name }] of graph.output.entries()) {
    const file = join(home, 'test_data_set_0', `output_${index}.pb`);
    if (!existsSync(file)) continue;
    const { dims, dataType } = readTensor(new Uint8Array(readFileSync(file)), name);
    if (dataType === FLOAT || dataType === DOUBLE)
      outputs.set(name, { dims: dims.map(Number), type: dataType });
  }
  if (asModel(bytes, values, new Set(), outputs) === undefined) {
    return { category: 'left out: no float output', lines: [] };
  }
  const training = graph.node.some(({ attribute }) =>
    attribute.some(({ name, i }) => name === 'training_mode' && i === 1n),
  );
  /** @type {Verdict[]} */
  const verdicts = [];
  const lines = [];
  for (const [name] of floats) {
    const { verdict, why } = await judge(bytes, values, outputs, name, training);
    verdicts.push(verdict);
    lines.push(`${name}: ${verdict} ${why.replaceAll('\n', ' ').slice(0, 300)}`);
    if (verdict === 'refused') {
      const kind = why.replaceAll(/"[^"]*"|node \S+ /g, '…').slice(0, 120);
      reasons.set(kind, [...(reasons.get(kind) ?? []), test]);
    }
  }
  const has = (/** @type {Verdict} */ verdict) => verdicts.includes(verdict);
  const all = (/** @type {Verdict[]} */ ...wanted) => verdicts.every((verdict) => wanted.includes(verdict));
  if (has('wrong')) return { category: 'wrong', lines };
  if (has('untyped')) return { category: 'untyped error', lines };
  if (has('bad-model')) return { category: 'called broken', lines };
  if (all('not run')) return { category: 'left out: onnxruntime does not run it', lines };
  if (all('correct', 'not run')) return { category: 'all correct', lines };
  if (all('correct', 'unstable', 'not run'))
    return { category: 'built, differences too coarse for some inputs', lines };
  if (has('correct')) return { category: 'in part: some inputs refused', lines };
  if (all('unstable', 'not run')) return { category: 'built, differences too coarse', lines };
  return { category: 'refused', lines };
}
