import { floatOfHalf } from '@synaprune/core/numbers';
import type { ElementArray } from '@synaprune/onnx/graph';

const scratch = new DataView(new ArrayBuffer(4));

/** The value of the bits of a bfloat16: the upper half of a float32. */
function floatOfBfloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/**
 * Elements of a narrower float as float32, where a model declares one and the step takes float32: runtimes hold them as
 * their bits, or in a `Float16Array` where there is one. Others are left to the check of types.
 */
export function widened(data: ElementArray, modelType: string): ElementArray {
  if (data instanceof Uint16Array) {
    return Float32Array.from(data, modelType === 'float16' ? floatOfHalf : floatOfBfloat);
  }
  const isHalf = modelType === 'float16' && Object.prototype.toString.call(data) === '[object Float16Array]';
  return isHalf ? Float32Array.from(data as unknown as Float32Array) : data;
}
