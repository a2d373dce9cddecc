// @ts-check

/**
 * What one package may depend on. Adding a package is adding a line.
 *
 * @typedef {object} House
 * @property {readonly string[]} mayUse folders of packages
 * @property {string} [runtimes] those it may name, as peer dependencies
 * @property {string} [testRuntimes] those that its tests alone run on
 * @property {boolean} [program] whether users run it and import nothing of it, so that its runtimes are its own
 * @property {string} [node] where it may import Node's own modules, which no browser has: a pattern of its files
 */

const formats = ['axes', 'onnx', 'onnx-train', 'onnx-shrink', 'tfjs-files'];
const memory = ['core', 'host', 'webgpu'];
const tensorflow = '@tensorflow/';
const onnxruntime = 'onnxruntime-';

/** @type {Readonly<Record<string, House>>} by the folder in `packages` */
export const houses = {
  core: { mayUse: [] },
  conformance: { mayUse: ['core'] },
  axes: { mayUse: ['core'] },
  files: { mayUse: ['core'], node: 'src/' },
  host: { mayUse: ['core'] },
  webgpu: { mayUse: ['core'] },
  onnx: { mayUse: ['core', 'files', 'host'], testRuntimes: onnxruntime, node: 'src/node/' },
  'onnx-train': { mayUse: ['core', 'onnx'], testRuntimes: `${onnxruntime}|${tensorflow}` },
  'onnx-shrink': { mayUse: ['core', 'axes', 'onnx'], testRuntimes: onnxruntime, node: 'src/node/' },
  'tfjs-files': { mayUse: ['core', 'axes', 'files', 'host'], testRuntimes: tensorflow, node: 'src/node/' },
  refit: { mayUse: ['core', 'host'] },
  sparse: { mayUse: ['core', 'host'], testRuntimes: `${onnxruntime}|${tensorflow}` },
  tflite: { mayUse: ['core', 'host', 'tfjs-files'], testRuntimes: `@litertjs/|${tensorflow}` },
  tfjs: { mayUse: [...memory, ...formats, 'refit', 'sparse'], runtimes: tensorflow },
  'tfjs-node-gpu': { mayUse: [...memory, ...formats, 'tfjs'], runtimes: tensorflow, node: '' },
  'tfjs-webgpu': { mayUse: [...memory, ...formats, 'tfjs'], runtimes: tensorflow },
  onnxruntime: { mayUse: [...memory, ...formats, 'refit'], runtimes: onnxruntime, testRuntimes: tensorflow },
  cli: {
    mayUse: [...memory, ...formats, 'refit', 'sparse', 'tflite', 'tfjs', 'onnxruntime'],
    runtimes: `${onnxruntime}|${tensorflow}`,
    program: true,
    node: '',
  },
};

/** The one package that is for tests only: a devDependency, imported from test files. */
export const testKit = 'conformance';
