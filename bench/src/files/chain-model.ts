import { create, type TensorProto, TensorProtoSchema, tensorFromFloat32 } from '@synaprune/onnx';
import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { createRandom, fillGaussian } from '../randoms.js';

/** How the weights of a model are stored. */
export type Storage = 'float32' | 'float16' | 'uint8';

/** Edge of the square kernels. */
export const EDGE = 1024;

const CODES: Readonly<Record<Storage, number>> = { float32: 1, float16: 10, uint8: 2 };

/** A chain of so many products by kernels of 1,024 × 1,024, a Gaussian each, of a scale of its own. */
export function chainOf(storage: Storage, kernels: number): Uint8Array {
  const random = createRandom(3);
  const values = new Float32Array(EDGE ** 2);
  const tensors: TensorProto[] = [];
  const nodes: NodeParts[] = [];
  for (let k = 0; k < kernels; k += 1) {
    const scale = 2 ** ((k % 5) - 2);
    fillGaussian(values, storage === 'uint8' ? 30 : scale, random);
    tensors.push(
      create(TensorProtoSchema, {
        name: `k${k}`,
        dataType: CODES[storage],
        dims: [BigInt(EDGE), BigInt(EDGE)],
        rawData: bytesOf(storage, values),
      }),
    );
    const factor = storage === 'uint8' ? `f${k}` : `k${k}`;
    if (storage === 'uint8') {
      const zeroPoint = { name: `z${k}`, dataType: CODES.uint8, rawData: Uint8Array.of(128) };
      tensors.push(
        tensorFromFloat32(`s${k}`, Float32Array.of(scale / 30), []),
        create(TensorProtoSchema, zeroPoint),
      );
      nodes.push(['DequantizeLinear', [`k${k}`, `s${k}`, `z${k}`], [factor]]);
    }
    nodes.push(['MatMul', [k === 0 ? 'x' : `y${k - 1}`, factor], [`y${k}`]]);
  }
  return buildModel({ inputs: { x: [1, EDGE] }, tensors, nodes, outputs: [`y${kernels - 1}`] });
}

function bytesOf(storage: Storage, values: Float32Array): Uint8Array<ArrayBuffer> {
  if (storage === 'float32') return new Uint8Array(Float32Array.from(values).buffer);
  if (storage === 'uint8')
    return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, 128 + Math.round(value))));
  const bits = new Int32Array(values.buffer);
  // Cut off, not rounded: which numbers they are does not matter.
  const halves = Uint16Array.from(bits, (each) => {
    const exponent = ((each >>> 23) & 0xff) - 112;
    const sign = (each >>> 16) & 0x8000;
    return exponent <= 0 ? sign : sign | (Math.min(30, exponent) << 10) | ((each >>> 13) & 0x3ff);
  });
  return new Uint8Array(halves.buffer);
}
