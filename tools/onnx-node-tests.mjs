// @ts-check
/*
 * Gradients of every operator, on the node tests of the ONNX project: each float32 input of each test becomes
 * a weight, `buildTrainingStep` gives its gradient by a random sum of the outputs, and central differences of
 * the test's own model, run by onnxruntime-node, tell whether it is right.
 *
 *   git clone --filter=blob:none https://github.com/onnx/onnx
 *   git -C onnx checkout 928f94127           # the last commit with test data
 *   npm run build
 *   node tools/onnx-node-tests.mjs onnx/onnx/backend/test/data/node [part of a name] [--list]
 *
 * `--list` prints a line for each test. The exit status is 1 where a gradient is wrong, an error has no type,
 * or a model that onnxruntime runs is called broken.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');
const onnx = await import('@synaprune/onnx');
const { buildTrainingStep } = await import('@synaprune/onnx-train');

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node tools/onnx-node-tests.mjs <folder of node tests> [part of a name] [--list]');
  process.exit(2);
}
const listing = rest.includes('--list');
const part = rest.find((word) => !word.startsWith('--')) ?? '';

/** Elements of an input that are moved: enough to see a wrong rule, few enough for thousands of inputs. */
const MOST_ELEMENTS = 10;
const FLOAT = 1;
const DOUBLE = 11;

/** @typedef {import('@synaprune/onnx').TensorProto} TensorProto */

/**
 * The tensor in a .pb file, read as the only initializer of a model.
 *
 * @param {Uint8Array} bytes
 * @param {string} name
 * @returns {TensorProto}
 */
function readTensor(bytes, name) {
  const framed = (/** @type {number} */ field, /** @type {Uint8Array} */ body) =>
    Uint8Array.from([(field << 3) | 2, ...varint(body.length), ...body]);
  // IR version 8, operators of version 17: what every model says.
  const model = Uint8Array.from([8, 8, ...framed(7, framed(5, bytes)), 66, 2, 16, 17]);
  const [tensor] = onnx.decodeModel(model).graph?.initializer ?? [];
  if (tensor === undefined) throw new Error('no tensor');
  tensor.name = name;
  return tensor;
}

/** @param {number} value */
function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}

/** Reproducible numbers in [−1, 1). @param {number} count @param {number} seed */
function numbers(count, seed) {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** @param {readonly number[]} dims */
const sizeOf = (dims) => dims.reduce((product, size) => product * size, 1);

/** @param {Uint8Array} model */
const load = (model) =>
  ort.InferenceSession.create(model, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });

/**
 * A node test as a model without inputs but those of `free`, with `the sum` of its float outputs as an output.
 *
 * @param {Uint8Array} bytes
 * @param {ReadonlyMap<string, TensorProto>} values
 * @param {ReadonlySet<string>} free
 * @param {ReadonlyMap<string, { dims: readonly number[], type: number }>} outputs
 */
function asModel(bytes, values, free, outputs) {
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

/**
 * The gradient of `the sum` by some elements of an input, by differences with two steps. Undefined where the
 * two disagree: at a kink, or where float32 does not reach.
 *
 * @param {import('onnxruntime-node').InferenceSession} session
 * @param {Record<string, { data: Float32Array, dims: readonly number[] }>} inputs
 * @param {string} by
 * @param {readonly number[]} elements
 */
async function differences(session, inputs, by, elements) {
  const at = async (/** @type {number} */ element, /** @type {number} */ move) => {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => {
        const moved = Float32Array.from(data);
        if (name === by) moved[element] = /** @type {number} */ (moved[element]) + move;
        return [name, new ort.Tensor('float32', moved, [...dims])];
      }),
    );
    return Number((await session.run(feeds, ['the sum']))['the sum']?.data[0]);
  };
  const still = await at(0, 0);
  if (Number.isNaN(still) || still !== (await at(0, 0))) return elements.map(() => undefined);
  const found = [];
  for (const element of elements) {
    // As far from the value as float32 tells numbers apart there.
    const grain = Math.max(1, Math.abs(inputs[by]?.data[element] ?? 0) / 8);
    const slopes = [];
    const kinks = [];
    for (const h of [0.02 * grain, 0.005 * grain]) {
      const [left, right, far, opposite] = [
        await at(element, -h),
        await at(element, h),
        await at(element, 2 * h),
        await at(element, -2 * h),
      ];
      slopes.push((8 * (right - left) - (far - opposite)) / (12 * h), (right - left) / (2 * h));
      kinks.push((right + left - 2 * still) / h);
    }
    const [slope = 0] = slopes;
    const noise = (4e-7 * Math.max(1, Math.abs(still))) / (0.005 * grain);
    const room = 5e-3 * Math.max(1, Math.abs(slope)) + noise;
    // What a curve bends shrinks with the step; a kink right there does not.
    const [wide = 0, narrow = 0] = kinks.map(Math.abs);
    const kink = narrow > room && narrow > wide / 2;
    found.push(!kink && slopes.every((other) => Math.abs(other - slope) <= room) ? slope : undefined);
  }
  return found;
}

/** @typedef {'correct' | 'unstable' | 'refused' | 'wrong' | 'bad-model' | 'untyped' | 'not run'} Verdict */

/**
 * @param {Uint8Array} bytes
 * @param {ReadonlyMap<string, TensorProto>} values
 * @param {ReadonlyMap<string, { dims: readonly number[], type: number }>} outputs
 * @param {string} by
 * @param {boolean} training
 * @returns {Promise<{ verdict: Verdict, why: string }>}
 */
async function judge(bytes, values, outputs, by, training) {
  const model = /** @type {Uint8Array} */ (asModel(bytes, values, new Set(), outputs));
  let step;
  let independent = false;
  try {
    step = buildTrainingStep(model, {
      loss: { kind: 'output', name: 'the sum' },
      optimizer: 'sgd',
      gradients: true,
      trainable: [by],
      masked: [],
      batchNormalization: training ? 'train' : 'inference',
    });
  } catch (error) {
    const { code, message = String(error) } = /** @type {{ code?: string, message?: string }} */ (error);
    independent = code === 'no-weights' || /^the loss does not depend on/.test(message);
    if (!independent && (code === 'unsupported-operator' || code === 'unmatched-selector')) {
      return { verdict: 'refused', why: message };
    }
    if (!independent) {
      return {
        verdict: code === 'bad-model' ? 'bad-model' : 'untyped',
        why: `${code ?? 'no code'}: ${message}`,
      };
    }
  }
  /** @type {Record<string, { data: Float32Array, dims: readonly number[] }>} */
  const inputs = {
    [by]: {
      data: onnx.tensorToFloat32(/** @type {TensorProto} */ (values.get(by))),
      dims: values.get(by)?.dims.map(Number) ?? [],
    },
  };
  const count = inputs[by]?.data.length ?? 0;
  const stride = Math.max(1, Math.floor(count / MOST_ELEMENTS));
  const elements = Array.from({ length: Math.min(count, MOST_ELEMENTS) }, (_, index) => index * stride);
  let expected;
  try {
    const session = await load(/** @type {Uint8Array} */ (asModel(bytes, values, new Set([by]), outputs)));
    expected = await differences(session, inputs, by, elements);
    await session.release();
  } catch (error) {
    return { verdict: 'not run', why: /** @type {Error} */ (error).message };
  }
  let computed = elements.map(() => 0);
  if (step !== undefined) {
    const weight = step.weights[0];
    if (weight === undefined) return { verdict: 'wrong', why: 'the step has no weight' };
    try {
      const session = await load(step.model);
      const single = (/** @type {ArrayLike<number>} */ data, /** @type {readonly number[]} */ dims) =>
        new ort.Tensor('float32', Float32Array.from(data), [...dims]);
      const feeds = {
        [step.learningRate]: single([0], []),
        [step.step]: single([1], []),
        [weight.input]: single(weight.initial, weight.shape),
        ...Object.fromEntries(
          step.buffers.map(({ input, initial, shape }) => [input, single(initial, shape)]),
        ),
      };
      const name = /** @type {string} */ (weight.gradient);
      const result = await session.run(feeds, [name]);
      const data = /** @type {Float32Array} */ (result[name]?.data);
      computed = elements.map((element) => Number(data[element]));
      await session.release();
    } catch (error) {
      return { verdict: 'wrong', why: `the step does not run: ${/** @type {Error} */ (error).message}` };
    }
  }
  const scale = Math.max(1, ...expected.map((slope) => Math.abs(slope ?? 0)));
  const wrong = expected.findIndex(
    (slope, at) => slope !== undefined && !(Math.abs(slope - Number(computed[at])) <= 2e-2 * scale),
  );
  if (wrong >= 0) {
    return {
      verdict: 'wrong',
      why: `element ${elements[wrong]}: ${computed[wrong]}, by differences ${expected[wrong]}${independent ? ' (said not to depend on it)' : ''}`,
    };
  }
  const told = expected.some((slope) => slope !== undefined);
  return { verdict: told ? 'correct' : 'unstable', why: independent ? 'does not depend on it' : '' };
}

/** @type {Record<string, number>} */
const tally = {};
/** @type {Map<string, string[]>} */
const reasons = new Map();
let failed = false;
for (const test of readdirSync(folder)
  .filter((name) => name.includes(part))
  .sort()) {
  const home = join(folder, test);
  if (!existsSync(join(home, 'model.onnx'))) continue;
  const { category, lines } = await judgeTest(test, home);
  tally[category] = (tally[category] ?? 0) + 1;
  if (/wrong|broken|untyped/.test(category)) failed = true;
  if (listing || failedIn(category)) for (const line of lines) console.log(`${category}\t${test}\t${line}`);
}
for (const [category, count] of Object.entries(tally).sort())
  console.log(`${String(count).padStart(6)} ${category}`);
const most = [...reasons].sort(([, a], [, b]) => b.length - a.length).slice(0, 200);
if (listing)
  for (const [why, tests] of most) console.log(`${String(tests.length).padStart(6)} ${why} (${tests[0]})`);
process.exit(failed ? 1 : 0);

/** @param {string} category */
function failedIn(category) {
  return /wrong|broken|untyped/.test(category);
}

/** @param {string} test @param {string} home */
async function judgeTest(test, home) {
  const bytes = new Uint8Array(readFileSync(join(home, 'model.onnx')));
  const graph = onnx.decodeModel(bytes).graph;
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
