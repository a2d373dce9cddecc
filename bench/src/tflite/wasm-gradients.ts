import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

/** What the gradients of convolutions are told. */
interface Attributes {
  readonly strides: number | readonly [number, number];
  readonly pad: 'same' | 'valid';
  readonly filterShape: Shape;
  readonly inputShape: Shape;
}

type Shape = readonly [number, number, number, number];
type Gradient = (inputs: Readonly<Record<string, tf.Tensor>>, attributes: Attributes) => tf.Tensor;

let registered = false;

/**
 * Teaches tfjs's wasm backend the gradients of convolutions, which it lacks or has in slow loops. For kernels with equal
 * edges, 1×1 where images have a gradient; depthwise ones with one filter a channel, of a multiple of four channels. Does
 * it once.
 */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  for (const [kernelName, gradient] of Object.entries(createGradients())) {
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) =>
        tf.tidy(() => gradient(inputs as Record<string, tf.Tensor>, attrs as unknown as Attributes)),
    });
  }
}

function createGradients(): Readonly<Record<string, Gradient>> {
  const depthwise = createDepthwise();
  return {
    Conv2DBackpropInput: ({ dy, filter }, { inputShape }) => {
      const [height, width, inputs, outputs] = filter!.shape as unknown as Shape;
      if (height !== 1 || width !== 1) throw new Error('needs a kernel of 1×1');
      const kernel = filter!.reshape([inputs, outputs]).transpose();
      return dy!
        .reshape([-1, outputs])
        .matMul(kernel)
        .reshape([...inputShape]);
    },
    Conv2DBackpropFilter: ({ x, dy }, attributes) => {
      const [height, width, inputs, outputs] = attributes.filterShape;
      const pixels = height * width === 1 ? x! : patchesOf(x!, dy!.shape, attributes);
      const columns = pixels.reshape([-1, height * width * inputs]).transpose();
      return columns.matMul(dy!.reshape([-1, outputs])).reshape([...attributes.filterShape]);
    },
    DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes) => {
      const images = new Float32Array(sizeOf(attributes.inputShape));
      const travel = travelOf(attributes.inputShape, filter!.shape, dy!.shape, attributes);
      const [made] = depthwise('imagesGradient', [images, dy!.dataSync(), filter!.dataSync()], travel);
      return tf.tensor(made!, [...attributes.inputShape]);
    },
    DepthwiseConv2dNativeBackpropFilter: ({ x, dy }, attributes) => {
      const kernel = new Float32Array(sizeOf(attributes.filterShape));
      const travel = travelOf(x!.shape, attributes.filterShape, dy!.shape, attributes);
      const [, , made] = depthwise('kernelGradient', [x!.dataSync(), dy!.dataSync(), kernel], travel);
      return tf.tensor(made!, [...attributes.filterShape]);
    },
  };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, edge) => product * edge, 1);
}

/** How a window moves over images. */
interface Travel {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly edge: number;
  readonly stride: number;
  readonly top: number;
  readonly left: number;
}

function travelOf(
  images: readonly number[],
  kernel: readonly number[],
  errors: readonly number[],
  { strides, pad }: Attributes,
): Travel {
  const [count, height, width, channels] = images as Shape;
  const [, rows, columns] = errors as Shape;
  const edge = kernel[0]!;
  const stride = typeof strides === 'number' ? strides : strides[0];
  const [top, left] = [
    [height, rows],
    [width, columns],
  ].map(([size = 0, positions = 0]) =>
    pad === 'same' ? Math.floor(Math.max(0, (positions - 1) * stride + edge - size) / 2) : 0,
  ) as [number, number];
  return { count, height, width, rows, columns, channels, edge, stride, top, left };
}

/** What each position of a window sees, `[positions, height · width · channels]`. */
function patchesOf(x: tf.Tensor, errors: readonly number[], attributes: Attributes): tf.Tensor {
  const travel = travelOf(x.shape, attributes.filterShape, errors, attributes);
  const { count, height, width, rows, columns, channels, edge, stride, top, left } = travel;
  const made = new Float32Array(count * rows * columns * edge * edge * channels);
  const pixels = x.dataSync() as Float32Array;
  let to = 0;
  for (let at = 0; at < count * rows * columns; at += 1) {
    const image = Math.floor(at / (rows * columns));
    const [row, column] = [Math.floor(at / columns) % rows, at % columns];
    for (let tap = 0; tap < edge * edge; tap += 1, to += channels) {
      const y = row * stride + Math.floor(tap / edge) - top;
      const from = column * stride + (tap % edge) - left;
      if (y < 0 || y >= height || from < 0 || from >= width) continue;
      const pixel = ((image * height + y) * width + from) * channels;
      made.set(pixels.subarray(pixel, pixel + channels), to);
    }
  }
  return tf.tensor(made, [count * rows * columns, edge * edge * channels]);
}

type Loop = (...numbers: readonly number[]) => void;

/** The loops of `assembly/depthwise.ts`, on arrays `[images, errors, kernel]`, which are given back as they are then. */
function createDepthwise() {
  const bytes = readFileSync(new URL('../../dist/depthwise.wasm', import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return (
    name: 'imagesGradient' | 'kernelGradient',
    arrays: readonly ArrayLike<number>[],
    travel: Travel,
  ): Float32Array[] => {
    const { count, height, width, rows, columns, channels, edge, stride, top, left } = travel;
    let end = 16;
    const offsets = arrays.map(({ length }) => {
      end += 4 * length;
      return end - 4 * length;
    });
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65_536)));
    const views = arrays.map(({ length }, i) => new Float32Array(memory.buffer, offsets[i], length));
    for (const [i, view] of views.entries()) view.set(arrays[i]!);
    (exports[name] as Loop)(
      ...offsets,
      ...[count, height, width, rows, columns, channels, edge, stride, top, left],
    );
    return views.map((view) => view.slice());
  };
}
