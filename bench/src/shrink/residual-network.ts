import { type TensorProto, tensorFromFloat32 } from '@synaprune/onnx';
import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { createRandom } from '../randoms.js';

/** Bottlenecks a stage, of a network of 101 layers. */
const STAGES = [3, 4, 23, 3];

/**
 * The bytes of a residual network of 101 layers with random weights: 44.5 million where the first stage is 64 wide,
 * with batch normalisations, for images of `[1, 3, 224, 224]` and 1,000 classes.
 */
export function residualNetwork(width: number): Uint8Array {
  const random = createRandom(1);
  const tensors: TensorProto[] = [];
  const nodes: NodeParts[] = [];
  const tensor = (name: string, dims: readonly number[], scale: number, shift = 0) => {
    const length = dims.reduce((a, b) => a * b, 1);
    tensors.push(
      tensorFromFloat32(
        name,
        Float32Array.from({ length }, () => shift + scale * (random() - 0.5)),
        dims,
      ),
    );
    return name;
  };
  const conv = (x: string, name: string, into: number, out: number, size: number, stride = 1) => {
    const pad = (size - 1) / 2;
    const weight = tensor(`${name}.weight`, [out, into, size, size], 3 / Math.sqrt(into * size * size));
    nodes.push([
      'Conv',
      [x, weight],
      [`${name}.conv`],
      { strides: [stride, stride], pads: [pad, pad, pad, pad] },
    ]);
    const statistics = [1, 0, 0, 1].map((shift, i) => tensor(`${name}.norm.${i}`, [out], 0.2, shift));
    nodes.push(['BatchNormalization', [`${name}.conv`, ...statistics], [name]]);
    return name;
  };
  const relu = (x: string) => {
    nodes.push(['Relu', [x], [`${x}.relu`]]);
    return `${x}.relu`;
  };
  let x = relu(conv('x', 'stem', 3, width, 7, 2));
  nodes.push(['MaxPool', [x], ['pooled'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }]);
  x = 'pooled';
  let channels = width;
  for (const [stage, blocks] of STAGES.entries()) {
    const inner = width * 2 ** stage;
    for (let block = 0; block < blocks; block += 1) {
      const name = `stage${stage}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const narrow = relu(conv(x, `${name}.a`, channels, inner, 1));
      const middle = relu(conv(narrow, `${name}.b`, inner, inner, 3, stride));
      const wide = conv(middle, `${name}.c`, inner, 4 * inner, 1);
      const beside = block === 0 ? conv(x, `${name}.d`, channels, 4 * inner, 1, stride) : x;
      nodes.push(['Add', [wide, beside], [name]]);
      x = relu(name);
      channels = 4 * inner;
    }
  }
  nodes.push(['GlobalAveragePool', [x], ['mean']]);
  nodes.push(['Flatten', ['mean'], ['flat']]);
  const weights = [tensor('classes.weight', [1000, channels], 0.1), tensor('classes.bias', [1000], 0.1)];
  nodes.push(['Gemm', ['flat', ...weights], ['y'], { transB: 1 }]);
  return buildModel({
    inputs: { x: [1, 3, 224, 224] },
    tensors,
    nodes,
    outputs: { y: { shape: [1, 1000] } },
  });
}
