import {
  type Block,
  type HostTensor,
  lastAxisRows,
  type Part,
  type PartSource,
  type Product,
  shapeOf,
  sizeOf,
  wholeProduct,
} from './part.js';
import {
  channelsLast,
  channelsOf,
  outputEdges,
  patchesOf,
  spatialOf,
  type Window,
  windowOf,
} from './window.js';

const samplesOf =
  (window: Window): Part['samples'] =>
  ([shape]) =>
    shape![0]! * sizeOf(outputEdges(shape!, window));

/** A convolution over 1, 2 or 3 axes. */
export function convolutionPart(source: PartSource): Part | undefined {
  const shape = shapeOf(source.weights, 'kernel');
  const window = windowOf(source, shape.length - 2);
  if (window === undefined) return undefined;
  const rows = shape[shape.length - 1]!;
  const block = lastAxisRows('kernel', sizeOf(shape) / rows, rows);
  return {
    ...source,
    turns: [[wholeProduct(rows, shape.length - 1, [block], source.weights)]],
    samples: samplesOf(window),
    columns: (_, [input], most) => [patchesOf(input!, window, most)],
  };
}

/** A convolution of each channel by itself: as many products as channels. */
export function depthwisePart(source: PartSource): Part | undefined {
  const role = 'depthwise_kernel';
  const shape = shapeOf(source.weights, role);
  const window = windowOf(source, shape.length - 2);
  if (window === undefined) return undefined;
  const multiplier = shape[shape.length - 1]!;
  const products = depthwiseProducts(role, shape).map((product, channel) =>
    source.weights.has('bias') ? { ...product, bias: (row: number) => channel * multiplier + row } : product,
  );
  return {
    ...source,
    turns: [products],
    samples: samplesOf(window),
    columns: (_, [input], most) => splitChannels(patchesOf(input!, window, most), shape[shape.length - 2]!),
  };
}

/** A depthwise convolution, and one of single positions that reads it. */
export function separablePart(source: PartSource): Part | undefined {
  const role = 'depthwise_kernel';
  const shape = shapeOf(source.weights, role);
  const window = windowOf(source, shape.length - 2);
  if (window === undefined) return undefined;
  const channels = shape[shape.length - 2]!;
  const between = channels * shape[shape.length - 1]!;
  const rows = sizeOf(shapeOf(source.weights, 'pointwise_kernel')) / between;
  const apart = depthwiseProducts(role, shape);
  const block = lastAxisRows('pointwise_kernel', between, rows);
  const pointwise = wholeProduct(rows, shape.length - 1, [block], source.weights);
  return {
    ...source,
    turns: [apart, [pointwise]],
    samples: samplesOf(window),
    columns(turn, [input], most, read) {
      const patches = patchesOf(input!, window, most);
      return turn === 0 ? splitChannels(patches, channels) : [depthwiseOutputs(patches, read(role), shape)];
    },
  };
}

/** A transposed convolution over 2 axes: one of a stride of 1 over the input with zeros between. */
export function transposedPart(source: PartSource): Part | undefined {
  const [height, width, rows, channels] = shapeOf(source.weights, 'kernel') as [
    number,
    number,
    number,
    number,
  ];
  const window = windowOf(source, 2);
  if (window === undefined || window.dilations.some((dilation) => dilation !== 1)) return undefined;
  const taps = height * width;
  const block: Block = {
    role: 'kernel',
    features: taps * channels,
    // The kernel is turned around: what lies behind an input's place reads it by the taps before.
    at(row, feature) {
      const tap = taps - 1 - Math.floor(feature / channels);
      return (tap * rows + row) * channels + (feature % channels);
    },
  };
  const positions = (shape: readonly number[]): number[] =>
    spatialOf(shape, window).map((edge, i) => transposedEdge(edge, i, window));
  return {
    ...source,
    turns: [[wholeProduct(rows, 2, [block], source.weights)]],
    samples: ([shape]) => shape![0]! * sizeOf(positions(shape!)),
    columns: (_, [input], most) => [
      patchesOf(spread(input!, window, positions(input!.shape)), { ...window, ...DENSELY }, most),
    ],
  };
}

const DENSELY = { strides: [1, 1], padding: 'valid', channels: 'last' } as const;

function transposedEdge(edge: number, i: number, { kernel, strides, padding }: Window): number {
  const step = strides[i]!;
  return padding === 'same' ? edge * step : edge * step + Math.max(kernel[i]! - step, 0);
}

/** An input with zeros between its places and around them, so that every output is a product with a whole kernel. */
function spread(input: HostTensor, window: Window, outputs: readonly number[]): HostTensor {
  const { kernel, strides } = window;
  const values = channelsLast(input, window);
  const [batch, channels] = [input.shape[0]!, channelsOf(input.shape, window)];
  const [rows, columns] = spatialOf(input.shape, window) as [number, number];
  const [height, width] = outputs.map((edge, i) => edge + kernel[i]! - 1) as [number, number];
  // Zeros that the convolution of which this is the gradient would have put before.
  const [top, left] = outputs.map((edge, i) => {
    const places = [rows, columns][i]!;
    const cut = window.padding === 'same' ? Math.max(0, (places - 1) * strides[i]! + kernel[i]! - edge) : 0;
    return kernel[i]! - 1 - Math.floor(cut / 2);
  }) as [number, number];
  const wide = new Float32Array(batch * height * width * channels);
  for (let b = 0; b < batch; b += 1) {
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
        const to = ((b * height + top + y * strides[0]!) * width + left + x * strides[1]!) * channels;
        const from = ((b * rows + y) * columns + x) * channels;
        wide.set(values.subarray(from, from + channels), to);
      }
    }
  }
  return { values: wide, shape: [batch, height, width, channels] };
}

/** Of a kernel `[…kernel, channels, multiplier]` the matrix of each channel, `[multiplier, kernel]`. */
function depthwiseProducts(role: string, shape: readonly number[]): Product[] {
  const [channels, rows] = shape.slice(-2) as [number, number];
  const features = sizeOf(shape) / (channels * rows);
  return Array.from({ length: channels }, (_, channel) => ({
    rows,
    rowAxis: shape.length - 1,
    firstRow: 0,
    blocks: [{ role, features, at: (row, tap) => (tap * channels + channel) * rows + row }],
  }));
}

/** Of patches `[samples, kernel, channels]` those of each channel, `[samples, kernel]`. */
function splitChannels(patches: Float32Array, channels: number): Float32Array[] {
  const length = patches.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    const own = new Float32Array(length);
    for (let i = 0; i < length; i += 1) own[i] = patches[i * channels + channel]!;
    return own;
  });
}

/** What a depthwise kernel makes of patches: `[samples, channels · multiplier]`. */
function depthwiseOutputs(
  patches: Float32Array,
  kernel: Float32Array,
  shape: readonly number[],
): Float32Array {
  const [channels, multiplier] = shape.slice(-2) as [number, number];
  const between = channels * multiplier;
  const taps = kernel.length / between;
  const samples = patches.length / (taps * channels);
  const outputs = new Float32Array(samples * between);
  for (let s = 0; s < samples; s += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const from = (s * taps + tap) * channels;
      for (let k = 0; k < between; k += 1) {
        outputs[s * between + k]! += patches[from + Math.floor(k / multiplier)]! * kernel[tap * between + k]!;
      }
    }
  }
  return outputs;
}
