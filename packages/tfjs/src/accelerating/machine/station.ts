import { type Activation, multiply, type RecurrentWeights, type SparseWeights } from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs-core';
import { findTensorStore, type TensorStore } from '../../internals/tensor-store.js';
import { isFiniteTensor } from './finite-tensors.js';
import { createMachine, type Machine } from './machine.js';

/** A product of samples with packed weights, between tensors of one backend. */
export interface TensorProduct {
  readonly weights: SparseWeights;
  readonly inputs: tf.TensorInfo;
  readonly samples: number;
  readonly bias: tf.TensorInfo | undefined;
  readonly activation: Activation;
  /** Of what is made. */
  readonly shape: number[];
}

/** One backend of tfjs, and what multiplies its tensors by packed weights. */
export interface Station {
  readonly store: TensorStore;
  /** Absent where there is no WASM SIMD: plain loops multiply then. */
  readonly machine?: Machine;
}

/** Of every backend whose tensors were met. */
const stations = new Map<tf.KernelBackend, Station | undefined>();

/** The station of a backend; `undefined` where its tensors cannot be reached. */
export function stationOf(backend: tf.KernelBackend): Station | undefined {
  if (!stations.has(backend)) stations.set(backend, createStation(backend));
  return stations.get(backend);
}

function createStation(backend: tf.KernelBackend): Station | undefined {
  const store = findTensorStore(backend);
  if (store === undefined) return undefined;
  const machine = createMachine(store);
  return machine === undefined ? { store } : { store, machine };
}

/** Gives back the memory that packed weights take, on every backend. */
export function forgetWeights(weights: SparseWeights | RecurrentWeights): void {
  for (const station of stations.values()) station?.machine?.forget(weights);
}

/** Lets go of all backends. */
export function closeStations(): void {
  for (const station of stations.values()) station?.machine?.close();
  stations.clear();
}

/** Multiplies; `undefined` where there is no memory left for it, or what is multiplied is not finite. */
export function multiplyTensors(
  { store, machine }: Station,
  product: TensorProduct,
): tf.TensorInfo | undefined {
  if (machine !== undefined) return multiplyIn(machine, product);
  const { weights, inputs, samples, bias, activation, shape } = product;
  const values = store.values(inputs);
  if (!values.every(Number.isFinite) || (bias && !isFiniteTensor(store, bias))) return undefined;
  const out = multiply(weights, values, {
    batch: samples,
    activation,
    ...(bias && { bias: store.values(bias) }),
  });
  return store.create(out, shape);
}

function multiplyIn(
  machine: Machine,
  { weights, inputs, samples, bias, activation, shape }: TensorProduct,
): tf.TensorInfo | undefined {
  const placed = machine.place(weights);
  const parts = [machine.lend(inputs), bias === undefined ? undefined : machine.lendWeight(bias)] as const;
  const out = machine.make(shape);
  const [read, added] = parts;
  try {
    if (placed === undefined || read === undefined || out === undefined) {
      out?.cancel();
      return undefined;
    }
    if (bias !== undefined && added === undefined) {
      out.cancel();
      return undefined;
    }
    const finite = placed.multiply({
      inputs: read.at,
      out: out.at,
      batch: samples,
      activation,
      ...(added && { bias: added.at }),
    });
    if (finite) return out.finish();
    out.cancel();
    return undefined;
  } finally {
    for (const part of parts) part?.giveBack();
  }
}
