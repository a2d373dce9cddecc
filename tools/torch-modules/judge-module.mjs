// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import * as onnx from '@synaprune/onnx';
import { buildTrainingStep } from '@synaprune/onnx-train';
import { asModel } from '../onnx-node-tests/model-of-test.mjs';
import { load, ort } from '../onnx-node-tests/run.mjs';

const FLOAT = 1;

/**
 * @typedef {{ type: 'float32' | 'int64' | 'bool', dims: number[], data: number[], gradient?: number[] }} Told
 * @typedef {{
 *   name: string, training: boolean, torch: string, inputs: Told[],
 *   outputs: { dims: number[], float: boolean }[], sum: number, parameters: Record<string, Told>,
 * }} Module what make-modules.py tells of one
 * @typedef {'agree' | 'agree in part' | 'refused' | 'wrong' | 'exported as something else' | 'not exported'} Verdict
 */

/**
 * Whether gradients of what one exporter made of a module are those of autograd. Parameters are told by their values,
 * since exporters rename, transpose and join them: each element of a tensor that equals one of a parameter is it.
 *
 * @param {Module} told
 * @param {string} path of the .onnx
 * @returns {Promise<{ verdict: Verdict, why: string }>}
 */
export async function judgeModule(told, path) {
  if (!existsSync(path)) {
    const reason = path.replace(/\.onnx$/, '.txt');
    return { verdict: 'not exported', why: existsSync(reason) ? readFileSync(reason, 'utf8') : '' };
  }
  const bytes = new Uint8Array(readFileSync(path));
  const graph = onnx.decodeModel(bytes).graph;
  if (graph === undefined) return { verdict: 'not exported', why: 'no graph' };
  const wanted = sources(told);
  const names = new Set(graph.input.map(({ name }) => name));
  const values = new Map(
    told.inputs
      .map((input, index) => /** @type {const} */ ([`x${index}`, input]))
      .filter(([name]) => names.has(name))
      .map(([name, input]) => [name, tensorOf(name, input)]),
  );
  const outputs = new Map(
    graph.output.flatMap(({ name }, index) => {
      const output = told.outputs[index];
      return output?.float ? [[name, { dims: output.dims, type: FLOAT }]] : [];
    }),
  );
  const model = asModel(bytes, values, new Set(), outputs);
  if (model === undefined) return { verdict: 'not exported', why: 'no float output' };
  // What may be a parameter: every float tensor with a value of one in it.
  const floats = [...(onnx.decodeModel(model).graph?.initializer ?? [])].filter(
    ({ dataType }) => dataType === FLOAT,
  );
  const trainable = floats
    .filter((tensor) => onnx.tensorToFloat32(tensor).some((value) => wanted.has(value)))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('random '));
  let step;
  try {
    step = buildTrainingStep(model, {
      loss: { kind: 'output', name: 'the sum' },
      optimizer: 'sgd',
      gradients: true,
      trainable: ({ name }) => trainable.includes(name),
      masked: [],
      batchNormalization: told.training ? 'train' : 'inference',
    });
  } catch (error) {
    const { code, message = String(error) } = /** @type {{ code?: string, message?: string }} */ (error);
    const typed = code === 'unsupported-operator' || code === 'unmatched-selector' || code === 'no-weights';
    const still = [...wanted.values()].every(({ gradient }) => gradient === 0);
    if (typed && still) return { verdict: 'agree', why: 'nothing learns, there and here' };
    if (typed) return { verdict: 'refused', why: `${code}: ${message}` };
    return wrongUnlessExported(told, model, `${code ?? 'no code'}: ${message}`);
  }
  let results;
  try {
    const session = await load(step.model);
    const single = (/** @type {ArrayLike<number>} */ data, /** @type {readonly number[]} */ dims) =>
      new ort.Tensor('float32', Float32Array.from(data), [...dims]);
    results = await session.run(
      {
        [step.learningRate]: single([0], []),
        [step.step]: single([1], []),
        ...Object.fromEntries(
          [...step.weights, ...step.buffers].map(({ input, initial, shape }) => [
            input,
            single(initial, shape),
          ]),
        ),
      },
      step.weights.map(({ gradient }) => /** @type {string} */ (gradient)),
    );
    await session.release();
  } catch (error) {
    return wrongUnlessExported(told, model, /** @type {Error} */ (error).message);
  }
  /** @type {Map<number, number>} */
  const computed = new Map();
  for (const { gradient, initial } of step.weights) {
    const data = /** @type {Float32Array} */ (results[/** @type {string} */ (gradient)]?.data);
    for (const [at, value] of initial.entries()) {
      computed.set(value, (computed.get(value) ?? 0) + Number(data[at]));
    }
  }
  const { value, ...found } = compare(wanted, computed);
  if (value === undefined) return found;
  const slope = await slopeAt(model, value);
  const ours = Number(computed.get(value));
  if (Math.abs(slope - ours) <= 1e-2 * Math.max(1, Math.abs(ours)))
    return { verdict: 'exported as something else', why: `${found.why}, by differences ${slope}` };
  return wrongUnlessExported(told, model, found.why);
}

/**
 * The slope of a model's sum where initializers hold a value, by central differences: what an export says, whatever
 * the module says that it came from (`detach`, `padding_idx`).
 *
 * @param {Uint8Array} model
 * @param {number} value
 */
async function slopeAt(model, value) {
  const h = 1e-2;
  const sums = [];
  for (const move of [-h, h]) {
    const moved = onnx.decodeModel(model);
    const list = moved.graph?.initializer ?? [];
    for (const [at, tensor] of list.entries()) {
      if (tensor.dataType !== FLOAT) continue;
      const data = onnx.tensorToFloat32(tensor).map((one) => (one === value ? one + move : one));
      list[at] = onnx.tensorFromFloat32(tensor.name, data, tensor.dims.map(Number));
    }
    const session = await load(onnx.encodeModel(moved));
    sums.push(Number((await session.run({}, ['the sum']))['the sum']?.data[0]));
    await session.release();
  }
  return (Number(sums[1]) - Number(sums[0])) / (2 * h);
}

/**
 * Wrong, unless it is the exporter's doing: a model that gives other numbers than the module, or that does not run.
 *
 * @param {Module} told
 * @param {Uint8Array} model
 * @param {string} why
 * @returns {Promise<{ verdict: Verdict, why: string }>}
 */
async function wrongUnlessExported(told, model, why) {
  let sum;
  try {
    const session = await load(model);
    sum = Number((await session.run({}, ['the sum']))['the sum']?.data[0]);
    await session.release();
  } catch (error) {
    return { verdict: 'exported as something else', why: /** @type {Error} */ (error).message };
  }
  const same = Math.abs(sum - told.sum) <= 1e-4 * Math.max(1, Math.abs(told.sum));
  if (same) return { verdict: 'wrong', why };
  return { verdict: 'exported as something else', why: `gives ${sum}, the module ${told.sum}` };
}

/**
 * Elements of floats by their values: whose each is, and its gradient in PyTorch.
 *
 * @param {Module} told
 */
function sources({ inputs, parameters }) {
  /** @type {Map<number, { of: string, gradient: number }>} */
  const found = new Map();
  const named = [...inputs.map((input, index) => [`x${index}`, input]), ...Object.entries(parameters)];
  for (const [of, { data, gradient, type }] of /** @type {[string, Told][]} */ (named)) {
    if (type !== 'float32' || gradient === undefined) continue;
    for (const [at, value] of data.entries()) {
      const single = Math.fround(value);
      const already = found.get(single)?.gradient ?? 0;
      found.set(single, { of, gradient: already + Number(gradient[at]) });
    }
  }
  return found;
}

/**
 * @param {ReadonlyMap<number, { of: string, gradient: number }>} wanted
 * @param {ReadonlyMap<number, number>} computed
 * @returns {{ verdict: Verdict, why: string, value?: number }} `value` where it is wrong
 */
function compare(wanted, computed) {
  const scale = Math.max(1, ...[...wanted.values()].map(({ gradient }) => Math.abs(gradient)));
  /** @type {Set<string>} */
  const unseen = new Set();
  for (const [value, { of, gradient }] of wanted) {
    const ours = computed.get(value);
    if (ours === undefined && Math.abs(gradient) > 1e-9) unseen.add(of);
    if (ours !== undefined && !(Math.abs(ours - gradient) <= 2e-4 * scale)) {
      const why = `${of}, where it is ${value}: ${ours}, by autograd ${gradient}`;
      return { verdict: 'wrong', why, value };
    }
  }
  if (unseen.size === 0) return { verdict: 'agree', why: '' };
  const all = new Set([...wanted.values()].map(({ of }) => of));
  if (unseen.size === all.size)
    return { verdict: 'refused', why: 'nothing of it is found in what was exported' };
  return { verdict: 'agree in part', why: `not found in what was exported: ${[...unseen].join(', ')}` };
}

/** @param {string} name @param {Told} told */
function tensorOf(name, { type, dims, data }) {
  if (type === 'float32') return onnx.tensorFromFloat32(name, Float32Array.from(data), dims);
  const raw =
    type === 'bool' ? Uint8Array.from(data) : new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  const dataType = type === 'bool' ? 9 : 7;
  const tensor = onnx.tensorFromFloat32(name, new Float32Array(data.length), dims);
  tensor.dataType = dataType;
  tensor.rawData = raw;
  tensor.floatData = [];
  return tensor;
}
