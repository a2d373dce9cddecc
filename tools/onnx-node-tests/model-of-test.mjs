// @ts-check
import * as onnx from '@synaprune/onnx';

const FLOAT = 1;
const DOUBLE = 11;

/** @typedef {import('@synaprune/onnx').TensorProto} TensorProto */

/** Reproducible numbers in [−1, 1). @param {number} count @param {number} seed */
function numbers(count, seed) {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** @param {readonly number[]} dims */
export const sizeOf = (dims) => dims.reduce((product, size) => product * size, 1);

/**
 * A node test as a model without inputs but those of `free`, with `the sum` of its float outputs as an output.
 *
 * @param {Uint8Array} bytes
 * @param {ReadonlyMap<string, TensorProto>} values
 * @param {ReadonlySet<string>} free
 * @param {ReadonlyMap<string, { dims: readonly number[], type: number }>} outputs
 */
export function asModel(bytes, values, free, outputs) {
  const model = onnx.decodeModel(bytes);
  const graph = /** @type {import('@synaprune/onnx').GraphProto} */ (model.graph);
  const own = onnx.decodeModel(Uint8Array.from([8, 8, 66, 2, 16, 17, 58, 0])).opsetImport;
  if (!model.opsetImport.some(({ domain }) => domain === '' || domain === 'ai.onnx'))
    model.opsetImport.push(...own);
  graph.input = graph.input.filter(({ name }) => free.has(name));
  for (const [name, tensor] of values) if (!free.has(name)) graph.initializer.push(tensor);
  const node = (/** @type {string} */ opType, /** @type {string[]} */ input, /** @type {string} */ output) =>
    graph.node.push(
      onnx.create(onnx.NodeProtoSchema, { opType, name: `harness ${output}`, input, output: [output] }),
    );
  let sum = '';
  let index = 0;
  for (const [name, { dims, type }] of outputs) {
    const size = sizeOf(dims);
    if (size === 0) continue;
    let source = name;
    if (type === DOUBLE) {
      node('Cast', [name], `single ${index}`);
      graph.node.at(-1)?.attribute.push(integer('to', FLOAT));
      source = `single ${index}`;
    }
    graph.initializer.push(onnx.tensorFromFloat32(`random ${index}`, numbers(size, 77 + index), [size, 1]));
    node('Flatten', [source], `flat ${index}`);
    graph.node.at(-1)?.attribute.push(integer('axis', 0));
    node('MatMul', [`flat ${index}`, `random ${index}`], `part ${index}`);
    if (sum === '') sum = `part ${index}`;
    else {
      node('Add', [sum, `part ${index}`], `total ${index}`);
      sum = `total ${index}`;
    }
    index += 1;
  }
  if (sum === '') return undefined;
  node('Identity', [sum], 'the sum');
  graph.output.push(onnx.create(onnx.ValueInfoProtoSchema, { name: 'the sum' }));
  return onnx.encodeModel(model);
}

/** @param {string} name @param {number} value */
function integer(name, value) {
  const type = onnx.AttributeProto_AttributeType.INT;
  return onnx.create(onnx.AttributeProtoSchema, { name, type, i: BigInt(value) });
}
