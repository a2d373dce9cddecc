import type { Measurement } from '../context.js';
import { measureAccelerate } from './accelerate.js';
import { measureAdapters } from './adapters.js';
import { measureApply } from './apply.js';
import { measureDistributions } from './distributions.js';
import { measureFiles } from './files.js';
import { measureFloors } from './floors.js';
import { measureHeap } from './heap.js';
import { measureMemory } from './memory.js';
import { measureOneShot } from './one-shot.js';
import { measureOnnx } from './onnx.js';
import { measurePack } from './pack.js';
import { measurePeers } from './peers.js';
import { measurePrune } from './prune.js';
import { measureRefit } from './refit.js';
import { measureRoofline } from './roofline.js';
import { measureSelect } from './select.js';
import { measureShrink } from './shrink.js';
import { measureSparse } from './sparse.js';
import { measureTfjs } from './tfjs.js';
import { measureTflite } from './tflite.js';
import { measureThreads } from './threads.js';
import { measureWebgpu } from './webgpu.js';

/** A group of measurements, and what it says above its table. */
export interface Group {
  readonly title: string;
  readonly measure: Measurement;
}

/** All groups, in the order of the report. */
export const GROUPS: Readonly<Record<string, Group>> = {
  floors: { title: 'Memory floors: reading, reading and writing', measure: measureFloors },
  select: { title: 'Exact select, weights in WASM memory', measure: measureSelect },
  prune: { title: 'Full exact prune: select, mask, zero in place', measure: measurePrune },
  apply: { title: 'Fused mask and apply; enforce', measure: measureApply },
  roofline: { title: 'What binds: both passes alone, in memory and in the cache', measure: measureRoofline },
  threads: { title: 'Two threads on a shared memory, wall time', measure: measureThreads },
  heap: { title: 'Weights on the JavaScript heap', measure: measureHeap },
  peers: { title: 'Peers: how many times cheaper pruning here is', measure: measurePeers },
  distributions: { title: 'Distributions', measure: measureDistributions },
  tfjs: { title: 'TensorFlow.js, wasm: an MLP 512-1024-512-10, batch 64, Adam', measure: measureTfjs },
  accelerate: {
    title: 'TensorFlow.js, wasm: whole predictions on packed weights',
    measure: measureAccelerate,
  },
  onnx: {
    title: 'ONNX Runtime: training steps, one thread, batch 64, Adam, 80 % pruned',
    measure: measureOnnx,
  },
  adapters: {
    title: 'ONNX Runtime: adapters of rank 8 on a transformer, against training all of it; one thread, Adam',
    measure: measureAdapters,
  },
  files: {
    title: 'ONNX files: found, pruned in memory, pruned on disk; against copying them',
    measure: measureFiles,
  },
  shrink: {
    title: 'Half the channels removed: real models, one thread; a large file',
    measure: measureShrink,
  },
  'one-shot': {
    title: 'Pruned without training: lines answered as the dense model answers them',
    measure: measureOneShot,
  },
  refit: {
    title: 'A layer without training: Gram matrix, Wanda mask of 50 %, refit; one thread',
    measure: measureRefit,
  },
  sparse: {
    title: "Products with packed weights, one thread, in TensorFlow.js's own memory",
    measure: measureSparse,
  },
  pack: { title: 'Packed files of pruned Gaussian weights', measure: measurePack },
  tflite: {
    title: 'LiteRT.js, wasm, one thread: a MobileNet-like net trained and pruned here',
    measure: measureTflite,
  },
  memory: { title: 'Memory beyond weights and masks', measure: measureMemory },
  webgpu: { title: 'WebGPU: weights in GPU buffers, wall time on one device', measure: measureWebgpu },
};
