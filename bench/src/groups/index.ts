import type { Measurement } from '../context.js';

/** A group of measurements, and what it says above its table. */
export interface Group {
  readonly title: string;
  readonly measure: Measurement;
}

/** All groups, in the order of the report; what a group loads, it loads when it measures. */
export const GROUPS: Readonly<Record<string, Group>> = {
  floors: {
    title: 'Memory floors: reading, reading and writing',
    measure: async (context) => (await import('./floors.js')).measureFloors(context),
  },
  select: {
    title: 'Exact select, weights in WASM memory',
    measure: async (context) => (await import('./select.js')).measureSelect(context),
  },
  prune: {
    title: 'Full exact prune: select, mask, zero in place',
    measure: async (context) => (await import('./prune.js')).measurePrune(context),
  },
  apply: {
    title: 'Fused mask and apply; enforce',
    measure: async (context) => (await import('./apply.js')).measureApply(context),
  },
  roofline: {
    title: 'What binds: both passes alone, in memory and in the cache',
    measure: async (context) => (await import('./roofline.js')).measureRoofline(context),
  },
  threads: {
    title: 'Two threads on a shared memory, wall time',
    measure: async (context) => (await import('./threads.js')).measureThreads(context),
  },
  heap: {
    title: 'Weights on the JavaScript heap',
    measure: async (context) => (await import('./heap.js')).measureHeap(context),
  },
  peers: {
    title: 'Peers: how many times cheaper pruning here is',
    measure: async (context) => (await import('./peers.js')).measurePeers(context),
  },
  distributions: {
    title: 'Distributions',
    measure: async (context) => (await import('./distributions.js')).measureDistributions(context),
  },
  tfjs: {
    title: 'TensorFlow.js, wasm: an MLP 512-1024-512-10, batch 64, Adam',
    measure: async (context) => (await import('./tfjs.js')).measureTfjs(context),
  },
  accelerate: {
    title: 'TensorFlow.js, wasm: whole predictions on packed weights',
    measure: async (context) => (await import('./accelerate.js')).measureAccelerate(context),
  },
  onnx: {
    title: 'ONNX Runtime: training steps, one thread, batch 64, Adam, 80 % pruned',
    measure: async (context) => (await import('./onnx.js')).measureOnnx(context),
  },
  adapters: {
    title: 'ONNX Runtime: adapters of rank 8 on a transformer, against training all of it; one thread, Adam',
    measure: async (context) => (await import('./adapters.js')).measureAdapters(context),
  },
  files: {
    title: 'ONNX files: found, pruned in memory, pruned on disk; against copying them',
    measure: async (context) => (await import('./files.js')).measureFiles(context),
  },
  shrink: {
    title: 'Half the channels removed: real models, one thread; a large file',
    measure: async (context) => (await import('./shrink.js')).measureShrink(context),
  },
  'one-shot': {
    title: 'Pruned without training: lines answered as the dense model answers them',
    measure: async (context) => (await import('./one-shot.js')).measureOneShot(context),
  },
  refit: {
    title: 'A layer without training: Gram matrix, Wanda mask of 50 %, refit; one thread',
    measure: async (context) => (await import('./refit.js')).measureRefit(context),
  },
  sparse: {
    title: "Products with packed weights, one thread, in TensorFlow.js's own memory",
    measure: async (context) => (await import('./sparse.js')).measureSparse(context),
  },
  pack: {
    title: 'Packed files of pruned Gaussian weights',
    measure: async (context) => (await import('./pack.js')).measurePack(context),
  },
  tflite: {
    title: 'LiteRT.js, wasm, one thread: a MobileNet-like net trained and pruned here',
    measure: async (context) => (await import('./tflite.js')).measureTflite(context),
  },
  memory: {
    title: 'Memory beyond weights and masks',
    measure: async (context) => (await import('./memory.js')).measureMemory(context),
  },
  webgpu: {
    title: 'WebGPU: weights in GPU buffers, wall time on one device',
    measure: async (context) => (await import('./webgpu.js')).measureWebgpu(context),
  },
};
