// @ts-check
import { decodeModel } from '@synaprune/onnx';

/** @typedef {import('@synaprune/onnx').TensorProto} TensorProto */

/**
 * The tensor in a .pb file, read as the only initializer of a model.
 *
 * @param {Uint8Array} bytes
 * @param {string} name
 * @returns {TensorProto}
 */
export function readTensor(bytes, name) {
  const framed = (/** @type {number} */ field, /** @type {Uint8Array} */ body) =>
    Uint8Array.from([(field << 3) | 2, ...varint(body.length), ...body]);
  // IR version 8, operators of version 17: what every model says.
  const model = Uint8Array.from([8, 8, ...framed(7, framed(5, bytes)), 66, 2, 16, 17]);
  const [tensor] = decodeModel(model).graph?.initializer ?? [];
  if (tensor === undefined) throw new Error('no tensor');
  tensor.name = name;
  return tensor;
}

/** @param {number} value */
function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) | 128);
  }
}
