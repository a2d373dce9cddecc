// @ts-check
import { carriers, operations } from './operations.mjs';

/*
 * A stand-in for tfjs_binding.node, the native part of tfjs-node. Beneath it is tfjs's cpu backend instead of
 * libtensorflow, so that the JavaScript of tfjs-node can be run where the native part cannot be had. It is as
 * hostile as libtensorflow may be: sums are added up in float32, one element after the other, and what computes
 * sees subnormal numbers as zero.
 *
 * It is not libtensorflow. What holds here is shown for the JavaScript, and for nothing below it.
 */

/** @typedef {Float32Array | Int32Array | Uint8Array} Values */
/** @typedef {{ readonly shape: readonly number[], readonly dtype: string }} Described */
/** @typedef {{ readonly name: string, readonly inputs: readonly Described[], readonly outputs: readonly Described[] }} Operation */
/** @typedef {{ readonly shape: readonly number[], readonly type: number, readonly values: Values }} Entry */

/** Numbers that TensorFlow's C interface gives to types, by tfjs's names. */
const TYPES = { float32: 1, int32: 3, bool: 10 };

const NAMES = new Map(Object.entries(TYPES).map(([name, type]) => [type, name]));

const SMALLEST_NORMAL = 2 ** -126;

/**
 * @param {typeof import('@tensorflow/tfjs')} tf the tfjs that tfjs-node is loaded beside
 * @param {object} [options]
 * @param {boolean} [options.gpu] what it says of a GPU
 * @param {boolean} [options.flushes] whether computing sees subnormal numbers as zero
 */
export function createSimulatedBinding(tf, { gpu = false, flushes = true } = {}) {
  /** @type {Map<number, Entry>} */
  const tensors = new Map();
  /** @type {Set<(operation: Operation) => void>} */
  const listeners = new Set();
  let lastId = 0;
  let bytesRead = 0;

  /** @param {number} id @returns {Entry} */
  const entryOf = (id) => {
    const entry = tensors.get(id);
    if (entry === undefined) throw new Error(`no tensor ${id}`);
    return entry;
  };
  /** @param {Entry} entry */
  const add = (entry) => {
    lastId += 1;
    tensors.set(lastId, entry);
    return lastId;
  };

  const binding = {
    /** Whether computing sees subnormal numbers as zero. */
    flushes,

    TF_FLOAT: TYPES.float32,
    TF_INT32: TYPES.int32,
    TF_UINT8: 4,
    TF_STRING: 7,
    TF_COMPLEX64: 8,
    TF_INT64: 9,
    TF_BOOL: TYPES.bool,
    TF_RESOURCE: 20,
    TF_ATTR_STRING: 0,
    TF_ATTR_INT: 1,
    TF_ATTR_FLOAT: 2,
    TF_ATTR_BOOL: 3,
    TF_ATTR_TYPE: 4,
    TF_ATTR_SHAPE: 5,
    TF_ATTR_RESOURCE: 6,
    TF_Version: 'simulated',

    isUsingGpuDevice: () => gpu,
    getNumOfTensors: () => tensors.size,
    getNumOfSavedModels: () => 0,

    /** @param {number[]} shape @param {number} type @param {ArrayLike<number>} values */
    createTensor: (shape, type, values) => add({ shape: [...shape], type, values: copyOf(type, values) }),

    /** @param {number} id */
    deleteTensor(id) {
      entryOf(id);
      tensors.delete(id);
    },

    /** @param {number} id */
    tensorDataSync(id) {
      const { values } = entryOf(id);
      bytesRead += values.byteLength;
      return values.slice();
    },

    /**
     * @param {string} name
     * @param {readonly { readonly name: string, readonly value: unknown }[]} attributes
     * @param {readonly number[]} ids
     * @param {number} outputs how many
     */
    executeOp(name, attributes, ids, outputs) {
      const entries = ids.map(entryOf);
      const seen = binding.flushes && !carriers.has(name) ? entries.map(flushed) : entries;
      const made = name === 'Sum' && isTotal(seen) ? [totalOf(seen)] : compute(tf, name, attributes, seen);
      if (made.length !== outputs) throw new Error(`${name} makes ${made.length} tensors, not ${outputs}`);
      const operation = { name, inputs: entries.map(describe), outputs: made.map(describe) };
      for (const listener of listeners) listener(operation);
      return made.map((entry) => ({ id: add(entry), shape: [...entry.shape], dtype: entry.type }));
    },

    /** How many bytes have been read from tensors that operations made or took. */
    bytesRead: () => bytesRead,

    /**
     * What runs while `work` does.
     *
     * @param {() => unknown} work
     * @returns {Promise<Operation[]>}
     */
    async record(work) {
      /** @type {Operation[]} */
      const seen = [];
      const listener = (/** @type {Operation} */ operation) => void seen.push(operation);
      listeners.add(listener);
      try {
        await work();
      } finally {
        listeners.delete(listener);
      }
      return seen;
    },
  };
  return binding;
}

/** @typedef {ReturnType<typeof createSimulatedBinding>} SimulatedBinding */

/**
 * @param {typeof import('@tensorflow/tfjs')} tf
 * @param {string} name
 * @param {readonly { readonly name: string, readonly value: unknown }[]} attributes
 * @param {readonly Entry[]} entries
 * @returns {Entry[]}
 */
function compute(tf, name, attributes, entries) {
  const operation = operations[name];
  if (operation === undefined) {
    throw new Error(`the operation ${name} is not simulated; attributes ${JSON.stringify(attributes)}`);
  }
  const cpu = /** @type {any} */ (tf.engine().findBackend('cpu'));
  const infos = entries.map(({ shape, type, values }) => {
    const dtype = /** @type {import('@tensorflow/tfjs').DataType} */ (nameOf(type));
    return { shape: [...shape], dtype, dataId: cpu.write(values, [...shape], dtype) };
  });
  const call = operation({
    inputs: infos,
    numbers: (index) => [...(entries[index]?.values ?? [])],
    attribute: (wanted) => {
      const { value } = attributes.find((one) => one.name === wanted) ?? {};
      return wanted === 'DstT' ? nameOf(/** @type {number} */ (value)) : value;
    },
  });
  const kernel = tf.getKernel(call.kernel, 'cpu');
  if (kernel == null) throw new Error(`tfjs's cpu backend has no kernel ${call.kernel}`);
  const result = kernel.kernelFunc({
    inputs: /** @type {any} */ (call.inputs),
    attrs: /** @type {any} */ (call.attributes ?? {}),
    backend: cpu,
  });
  const outputs = Array.isArray(result) ? result : [result];
  const made = outputs.map(({ shape, dtype, dataId }) => {
    const type = TYPES[/** @type {keyof typeof TYPES} */ (dtype)];
    return { shape: [...shape], type, values: copyOf(type, cpu.data.get(dataId).values) };
  });
  // An output may be one of the inputs under another shape.
  for (const dataId of new Set([...infos, ...outputs].map((info) => info.dataId)))
    cpu.disposeData(dataId, true);
  return made;
}

/** Whether a sum reduces a float32 tensor along all of its axes. @param {readonly Entry[]} entries */
function isTotal([x, axes]) {
  return x?.type === TYPES.float32 && axes?.values.length === x.shape.length;
}

/** The worst that float32 can do: nothing is added before its turn. @param {readonly Entry[]} entries @returns {Entry} */
function totalOf(entries) {
  const { values } = /** @type {Entry} */ (entries[0]);
  const sum = new Float32Array(1);
  for (let i = 0; i < values.length; i += 1) sum[0] = /** @type {number} */ (sum[0]) + Number(values[i]);
  return { shape: [], type: TYPES.float32, values: sum };
}

/** @param {Entry} entry @returns {Entry} */
function flushed(entry) {
  const { type, values } = entry;
  const isTiny = (/** @type {number} */ value) => value !== 0 && Math.abs(value) < SMALLEST_NORMAL;
  if (type !== TYPES.float32 || !values.some(isTiny)) return entry;
  return { ...entry, values: values.map((value) => (isTiny(value) ? 0 : value)) };
}

/** @param {number} type @param {ArrayLike<number>} values @returns {Values} */
function copyOf(type, values) {
  if (type === TYPES.float32) return new Float32Array(values);
  return type === TYPES.bool ? new Uint8Array(values) : new Int32Array(values);
}

/** @param {Entry} entry @returns {Described} */
function describe({ shape, type }) {
  return { shape, dtype: nameOf(type) };
}

/** @param {number} type */
function nameOf(type) {
  const name = NAMES.get(type);
  if (name === undefined) throw new Error(`tensors of TensorFlow's type ${type} are not simulated`);
  return name;
}
