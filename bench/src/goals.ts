/** A figure that the bench is asked to reach. */
export interface Goal {
  /** The rows it belongs to share this. */
  readonly id: string;
  readonly work: string;
  /** Which figure of a row is meant. A share is of bytes or of a training step. */
  readonly figure: 'ratio' | 'nanoseconds a weight' | 'share';
  /** `at most` for costs, `at least` for how many times cheaper something is. */
  readonly bound: 'at most' | 'at least';
  readonly value: number;
  /** Fewest and most elements it is meant for; any number unless told. */
  readonly from?: number;
  readonly to?: number;
}

const ratio = { figure: 'ratio', bound: 'at most' } as const;
const nanoseconds = { figure: 'nanoseconds a weight', bound: 'at most' } as const;
const cheaper = { figure: 'ratio', bound: 'at least' } as const;
const share = { figure: 'share', bound: 'at most' } as const;
const agreement = { figure: 'share', bound: 'at least' } as const;
const at = (elements: number) => ({ from: elements, to: elements });

/** Every goal there is. */
export const GOALS: readonly Goal[] = [
  { id: 'select', work: 'exact select, against the read floor', ...ratio, value: 1.5, ...at(1e8) },
  { id: 'select', work: 'exact select, against the read floor', ...ratio, value: 2, ...at(1e7) },
  { id: 'select', work: 'exact select', ...nanoseconds, value: 0.8, ...at(1e6) },
  {
    id: 'select-ties',
    work: 'exact select, heavy ties, against the read floor',
    ...ratio,
    value: 2.8,
    // Below, selecting costs more than reading however it is done, and goals are nanoseconds.
    from: 1e7,
  },
  { id: 'prune', work: 'full exact prune, against read + read-write', ...ratio, value: 1.5, ...at(1e8) },
  { id: 'prune', work: 'full exact prune, against read + read-write', ...ratio, value: 1.7, ...at(1e7) },
  { id: 'prune', work: 'full exact prune', ...nanoseconds, value: 1.3, ...at(1e6) },
  { id: 'apply', work: 'fused mask and apply, against read-write', ...ratio, value: 1.3, from: 1e7 },
  { id: 'apply-subnormal', work: 'the same, subnormals against normals', ...ratio, value: 1.2, from: 1e6 },
  { id: 'threads', work: 'two threads: sooner than one, wall time', ...cheaper, value: 1.6, ...at(1e8) },
  { id: 'heap', work: 'weights on the JavaScript heap', ...nanoseconds, value: 1, from: 1e6 },
  { id: 'heap-script', work: 'the same, plain TypeScript kernels', ...nanoseconds, value: 2.3, from: 1e6 },
  {
    id: 'heap-first',
    work: 'first update and enforce: cheaper than sorting a copy',
    ...cheaper,
    value: 100,
    ...at(1e7),
  },
  { id: 'heap-enforce', work: 'an enforce on the heap, against read-write', ...ratio, value: 2, ...at(1e7) },
  { id: 'peer-sort', work: 'cheaper than Float32Array.sort', ...cheaper, value: 200, ...at(1e7) },
  { id: 'peer-numpy', work: 'cheaper than numpy.partition', ...cheaper, value: 20, ...at(1e7) },
  { id: 'peer-torch', work: 'cheaper than torch global_unstructured', ...cheaper, value: 120, ...at(1e7) },
  { id: 'tfjs-update', work: 'tfjs-wasm: mask update cheaper than tf.topk', ...cheaper, value: 25 },
  { id: 'tfjs-enforce-wasm', work: 'tfjs-wasm: enforce cheaper than w.mul(mask)', ...cheaper, value: 3 },
  { id: 'tfjs-enforce-cpu', work: 'tfjs-cpu: enforce cheaper than w.mul(mask)', ...cheaper, value: 3 },
  {
    id: 'tfjs-share',
    work: 'tfjs-wasm: pruning, share of a training step',
    ...share,
    value: 0.003,
  },
  { id: 'accelerate-lstm', work: 'LSTM at 90 %: predictions against tfjs-wasm', ...cheaper, value: 5 },
  { id: 'accelerate-page', work: 'forecaster, digits: against tfjs-wasm', ...cheaper, value: 3 },
  { id: 'webgpu-update', work: 'WebGPU hardware: update, against read-write', ...ratio, value: 3 },
  { id: 'webgpu-call', work: 'WebGPU: an enforce of 300 weights, host time, of 0.5 ms', ...share, value: 1 },
  { id: 'webgpu-topk', work: 'tfjs-webgpu: update cheaper than tf.topk', ...cheaper, value: 50, ...at(1e6) },
  { id: 'webgpu-read', work: 'WebGPU: bytes read back an update, of 64 kB', ...share, value: 1 },
  { id: 'onnx-web', work: 'onnxruntime-web wasm: an MLP step against tfjs-wasm', ...cheaper, value: 5 },
  { id: 'onnx-node', work: 'onnxruntime-node: an MLP step against tfjs-wasm', ...cheaper, value: 8 },
  { id: 'onnx-hand', work: 'onnxruntime-web wasm: against a step written by hand', ...cheaper, value: 1 },
  { id: 'onnx-lstm', work: "an LSTM step against tfjs's best backend", ...cheaper, value: 5 },
  { id: 'adapters-time', work: 'a step of adapters, against one of everything', ...ratio, value: 0.6 },
  { id: 'adapters-memory', work: 'memory of training adapters, of that of everything', ...share, value: 0.5 },
  { id: 'file-find', work: 'findWeights of a file, against copying it', ...ratio, value: 0.1 },
  { id: 'file-prune', work: 'pruneOnnx of a file of float32, against copying it', ...ratio, value: 2.5 },
  { id: 'file-narrow', work: 'pruneOnnx of uint8 or float16', ...nanoseconds, value: 4 },
  { id: 'file-memory', work: 'pruneOnnx: memory beyond a narrow file, of its bytes', ...share, value: 2.2 },
  { id: 'file-disk', work: 'pruneOnnxFile of 3 GiB, against copying them', ...ratio, value: 1.5 },
  { id: 'file-disk-memory', work: 'pruneOnnxFile of 3 GiB, of 256 MiB of memory', ...share, value: 1 },
  { id: 'shrink-recogniser', work: 'recogniser of half the channels: times faster', ...cheaper, value: 1.9 },
  { id: 'shrink-recogniser-bytes', work: 'recogniser of half the channels: bytes', ...share, value: 0.6 },
  { id: 'shrink-detector', work: 'detector of half the channels: times faster', ...cheaper, value: 1.4 },
  { id: 'shrink-classifier', work: 'classifier of half the channels: times faster', ...cheaper, value: 1.3 },
  { id: 'shrink-time', work: 'shrinking a file, against reading and writing it', ...ratio, value: 2 },
  { id: 'shrink-memory', work: 'shrinking a file: memory, of its bytes', ...share, value: 2.5 },
  { id: 'one-shot-recogniser-50', work: 'recogniser, half refitted: as dense', ...agreement, value: 0.8 },
  { id: 'one-shot-edits', work: 'recogniser, half refitted: edits', ...share, value: 0.03 },
  { id: 'one-shot-seconds', work: 'recogniser, half refitted: of 60 s of one core', ...share, value: 1 },
  { id: 'one-shot-classifier-50', work: 'classifier, half refitted: as dense', ...agreement, value: 0.9 },
  {
    id: 'refit-layer',
    work: 'Gram, mask, refit: times the plain loops',
    ...cheaper,
    value: 10,
    ...at(512 ** 2),
  },
  { id: 'refit-gram', work: "Gram, against onnxruntime's own MatMul", ...ratio, value: 2, ...at(512 ** 2) },
  {
    id: 'one-shot-classifier-70',
    work: 'classifier, 30 % left, refitted: as dense',
    ...agreement,
    value: 0.8,
  },
  {
    id: 'one-shot-classifier-channels',
    work: 'classifier, channels cut: as dense',
    ...agreement,
    value: 0.95,
  },
  {
    id: 'one-shot-classifier-faster',
    work: 'classifier, channels cut: times faster',
    ...cheaper,
    value: 1.3,
  },
  { id: 'one-shot-faster', work: 'recogniser, channels cut: times faster', ...cheaper, value: 1.5 },
  { id: 'one-shot-points', work: 'recogniser: what refitting and distilling give', ...agreement, value: 0.2 },
  { id: 'sparse-1', work: '90 % sparse product, batch 1: times faster than dense', ...cheaper, value: 3.5 },
  { id: 'sparse-4', work: '90 % sparse product, batch 4: times faster than dense', ...cheaper, value: 3 },
  { id: 'sparse-8', work: '90 % sparse product, batch 8: times faster than dense', ...cheaper, value: 6 },
  { id: 'sparse-64', work: '90 % sparse product, batch 64: times faster than dense', ...cheaper, value: 6 },
  { id: 'sparse-blocks', work: '90 % in blocks of 4: times faster than dense', ...cheaper, value: 8 },
  { id: 'sparse-break-even', work: 'break-even sparsity at batch 8', ...share, value: 0.6 },
  { id: 'pack-limit', work: 'packed file, against the entropy of mask and values', ...share, value: 1.05 },
  { id: 'pack-brotli', work: 'packed file at 90 %, against brotli 11', ...share, value: 0.8 },
  { id: 'pack-decode', work: 'unpack at 90 %: times cheaper than gunzip and load', ...cheaper, value: 1 },
  { id: 'pack-digits', work: 'digits at 90 %, 8 bits: share of the dense file', ...share, value: 0.05 },
  { id: 'pack-digits-points', work: 'the same: accuracy lost', ...share, value: 0.003 },
  { id: 'tflite-80', work: 'LiteRT.js, 80 % of 1×1 kernels zero: times faster', ...cheaper, value: 2 },
  { id: 'tflite-90', work: 'LiteRT.js, 90 % of 1×1 kernels zero: times faster', ...cheaper, value: 3 },
  { id: 'tflite-accuracy', work: 'LiteRT.js, pruned net: accuracy under dense', ...share, value: 0.01 },
  { id: 'tflite-apart', work: 'LiteRT.js, pruned net: apart from tfjs, of 1e-5', ...share, value: 1 },
  { id: 'memory', work: "memory, share of the weights' bytes", ...share, value: 0.03, ...at(1e6) },
  { id: 'memory', work: "memory, share of the weights' bytes", ...share, value: 0.01, ...at(1e8) },
];

/** The goal of this name that so many elements fall under, if there is one. */
export function goalFor(id: string, elements: number): Goal | undefined {
  return GOALS.find(
    (goal) => goal.id === id && elements >= (goal.from ?? 0) && elements <= (goal.to ?? Number.MAX_VALUE),
  );
}
