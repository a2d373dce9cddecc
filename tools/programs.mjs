// @ts-check
/* Programs of this repository that are built before they run: tools/program.mjs runs them. */

/**
 * @typedef {object} Program
 * @property {string} name of the package that is built
 * @property {string} folder
 * @property {string} [main] `dist/main.js` unless told
 * @property {string} [flags] that it takes, by their names: npm keeps for itself what comes before `--`
 * @property {string} [about] of one that takes nothing: what it does, for its help
 * @property {readonly string[]} [node] options of Node
 */

/** @type {Readonly<Record<string, Program>>} */
export const programs = {
  demo: { name: 'forecast-example', folder: 'examples/forecast', flags: 'quick data target seed out' },
  study: {
    name: 'synaprune-study',
    folder: 'research/study',
    flags:
      'protocol models data lengths seeds tuning-seeds arms out compare queue workers runtime data-folder',
  },
  methods: {
    name: 'synaprune-methods',
    folder: 'research/methods',
    flags: 'quick seeds methods out workers',
  },
  synaprune: {
    name: 'synaprune',
    folder: 'packages/cli',
    main: 'dist/bin.js',
    flags:
      'keep sparsity unit multiple-of across scan levels teacher steps inputs samples dimensions classes out report recipe scale mean std channels runtime',
  },
  bench: {
    name: 'synaprune-bench',
    folder: 'bench',
    flags: 'quick sizes only samples out python',
    node: ['--expose-gc'],
  },
  'test:node-gpu': {
    name: '@synaprune/tfjs-node-gpu',
    folder: 'packages/tfjs-node-gpu',
    main: 'testing/report.mjs',
    flags: 'binding simulated required steps elements most-elements parts',
  },
  'example:finetune': {
    name: 'onnx-finetune-example',
    folder: 'examples/onnx-finetune',
    flags: 'model quick sparsities steps lines batch width floor recipe seed runtime threads out',
  },
  'example:adapters': {
    name: 'onnx-finetune-example',
    folder: 'examples/onnx-finetune',
    main: 'dist/adapters.js',
    about:
      'Prunes a small network while it learns to tell two spirals apart, turns the spirals, and teaches it the change by\nadapters alone, which are saved apart and merged. Half a minute of one core.',
  },
  'example:replicas': {
    name: 'replicas-example',
    folder: 'examples/replicas',
    about:
      'Trains one network in three threads that prune it alike without a word about masks; one is lost on the way and comes\nback. Some seconds.',
  },
  'example:federated': {
    name: 'federated-example',
    folder: 'examples/federated',
    about:
      'Trains one ONNX model on two clients that show each other no sample, and prune alike. Some seconds.',
  },
};
