import * as tf from '@tensorflow/tfjs-core';
import { stationOf } from '../machine/station.js';
import { type KeptPacked, keepPacked } from './keep-packed.js';
import { holdPacked } from './packed-tensors.js';
import { type Matrix, type Packing, packMatrix } from './packing.js';

/** A kernel of a model that is kept packed while its values change. */
export interface PackedWeight extends KeptPacked<Packing> {
  readonly matrix: Matrix;
}

export function packWeight(weight: tf.Tensor, matrix: Matrix): PackedWeight {
  const pack = () => packMatrix(readValues(weight), matrix);
  return { matrix, ...keepPacked([weight], () => holdPacked(weight.dataId, matrix, pack)) };
}

/** The values of a tensor in main memory, good until the next operation of tfjs. */
export function readValues(tensor: tf.Tensor): Float32Array {
  return stationOf(tf.backend())!.store.values(tensor);
}
