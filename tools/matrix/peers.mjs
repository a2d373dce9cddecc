// @ts-check
/*
 * The runtimes that the packages take as peers, in the oldest and the newest version that they are tested with. The only
 * place that states them: the ranges of peerDependencies follow from it, and so does the table of docs/environments.md.
 */

/**
 * @typedef {object} Peer
 * @property {string} runtime as people call it
 * @property {readonly string[]} packages the peer dependencies, all of one version
 * @property {readonly string[]} [beside] what a program needs of the same version besides
 * @property {string} oldest
 * @property {string} newest
 * @property {readonly string[]} of the packages that ask for it
 * @property {readonly string[]} programs of integrations/node-esm that use it
 */

/** @type {readonly Peer[]} */
export const peers = [
  {
    runtime: 'TensorFlow.js',
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'],
    beside: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-cpu'],
    oldest: '4.3.0',
    newest: '4.22.0',
    of: ['@synaprune/tfjs', '@synaprune/tfjs-node-gpu'],
    programs: ['tfjs.mjs', 'tfjs-core.mjs', 'resume-across.mjs', 'without-wasm.mjs'],
  },
  {
    runtime: 'tfjs-node',
    packages: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
    oldest: '4.3.0',
    newest: '4.22.0',
    of: ['@synaprune/tfjs-node-gpu'],
    // Its library is downloaded by an install script: that the adapter runs on it, `npm run test:node-gpu` tries.
    programs: [],
  },
  {
    runtime: 'tfjs on WebGPU',
    packages: ['@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'],
    oldest: '4.22.0',
    newest: '4.22.0',
    of: ['@synaprune/tfjs-webgpu'],
    programs: ['gpu.mjs'],
  },
  {
    runtime: 'onnxruntime-node',
    packages: ['onnxruntime-node'],
    oldest: '1.17.3',
    newest: '1.30.0',
    of: ['@synaprune/onnxruntime', 'synaprune'],
    programs: ['onnx.mjs', 'resume-across.mjs', 'cli.mjs'],
  },
  {
    runtime: 'onnxruntime-web',
    packages: ['onnxruntime-web', 'onnxruntime-common'],
    oldest: '1.17.3',
    newest: '1.30.0',
    of: ['@synaprune/onnxruntime'],
    programs: ['onnx.mjs'],
  },
];

/** @typedef {'oldest' | 'newest'} End */

/**
 * The range that a package asks for: from the oldest tested version to before the major after the newest.
 *
 * @param {Peer} peer
 */
export function rangeOf({ oldest, newest }) {
  const [from, to] = [oldest, newest].map((version) => version.split('.')[0]);
  return from === to ? `^${oldest}` : `^${oldest} || ^${to}.0.0`;
}

/**
 * What a package's peerDependencies must be.
 *
 * @param {string} name
 * @returns {Record<string, string>} empty for a package without peers
 */
export function peersOf(name) {
  const rows = peers.filter(({ of }) => of.includes(name));
  return Object.fromEntries(
    rows.flatMap((row) => row.packages.map((needed) => [needed, rangeOf(row)])).sort(),
  );
}

/**
 * What to install for a project at one end of all ranges. Peers that exist at that end of several rows in different
 * versions cannot be had together: rows in `without` are left out.
 *
 * @param {End} end
 * @param {readonly string[]} [without] runtimes
 * @returns {string[]} names with versions
 */
export function specsAt(end, without = []) {
  const rows = peers.filter(({ runtime, programs }) => programs.length > 0 && !without.includes(runtime));
  return [
    ...new Set(
      rows.flatMap((row) =>
        [...row.packages, ...(row.beside ?? [])].map((needed) => `${needed}@${row[end]}`),
      ),
    ),
  ];
}
