import { channelsOf, isImage, isVector } from './blocks/block.js';
import type { Program, Value } from './program.js';

/** How a file may hold a weight. Each is a label of its own. */
const forms = ['plain', 'float16', 'qdq per tensor', 'qdq per channel', 'identity', 'transposed'] as const;

/** A weight whose products keep the size of what they are of, in one of the ways that files hold weights. */
export function kernel(
  p: Program,
  shape: readonly number[],
  fanIn: number,
  channelAxis = 0,
  form = p.random.chance(0.6) ? 'plain' : p.random.pick(forms),
): string {
  const scale = 1 / Math.sqrt(fanIn);
  const before = p.label;
  if (form === 'plain' || (form === 'transposed' && shape.length !== 2))
    return p.tensor(shape, { scale }).name;
  p.label = `weight/${form}`;
  try {
    switch (form) {
      case 'float16':
        return p.node('Cast', [p.tensor(shape, { scale }, 'float16').name], { to: 1 })[0]!;
      case 'identity':
        return p.node('Identity', [p.tensor(shape, { scale }).name])[0]!;
      case 'transposed': {
        const { name } = p.tensor([...shape].reverse(), { scale });
        return p.node('Transpose', [name], { perm: [1, 0] })[0]!;
      }
      default:
        return dequantised(p, shape, scale, form === 'qdq per channel' ? channelAxis : undefined);
    }
  } finally {
    p.label = before;
  }
}

/** Bytes, with scales and zero points for the whole or for each channel. */
function dequantised(p: Program, shape: readonly number[], scale: number, axis: number | undefined): string {
  const signed = p.random.chance(0.5);
  const type = signed ? 'int8' : 'uint8';
  const bytes = (count: number, low: number, high: number) =>
    Array.from({ length: count }, () => p.random.between(low, high) + (signed ? 0 : 128));
  const parameters = axis === undefined ? [] : [shape[axis]!];
  const count = parameters[0] ?? 1;
  const elements = shape.reduce((a, b) => a * b, 1);
  const integers = p.tensor(shape, bytes(elements, -127, 127), type);
  const scales = p.tensor(
    parameters,
    Array.from({ length: count }, () => (scale / 64) * (0.5 + p.random.unit())),
  );
  const zeros = signed && p.random.chance(0.4) ? [] : [p.tensor(parameters, bytes(count, -9, 9), type).name];
  return p.node(
    'DequantizeLinear',
    [integers.name, scales.name, ...zeros],
    axis === undefined ? {} : { axis },
  )[0]!;
}

/** A bias, or none. */
export function bias(p: Program, count: number): string[] {
  return p.random.chance(0.7) ? [p.tensor([count], { scale: 0.3 }).name] : [];
}

export interface ConvOptions {
  readonly out: number;
  readonly size?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly dilation?: number;
  /** What to read instead of a weight of its own: one that is tied. */
  readonly weight?: string;
}

/** A convolution over all axes after the channels, padded so that stride 1 keeps their sizes. */
export function conv(p: Program, x: Value, options: ConvOptions): Value {
  const { out, size = p.random.pick([1, 3]), stride = 1, groups = 1, dilation = 1, weight } = options;
  const space = x.shape.length - 2;
  const all = (value: number) => Array.from({ length: space }, () => value);
  const pad = ((size - 1) * dilation) / 2;
  const into = x.shape[1]! / groups;
  const name = weight ?? kernel(p, [out, into, ...all(size)], into * size ** space);
  const same = pad > 0 && dilation === 1 && p.random.chance(0.2);
  const [result] = p.node('Conv', [x.name, name, ...bias(p, out)], {
    ...(p.random.chance(0.7) ? { kernel_shape: all(size) } : {}),
    ...(stride === 1 ? {} : { strides: all(stride) }),
    ...(dilation === 1 ? {} : { dilations: all(dilation) }),
    ...(same ? { auto_pad: 'SAME_UPPER' } : { pads: [...all(pad), ...all(pad)] }),
    ...(groups === 1 && p.random.chance(0.5) ? {} : { group: groups }),
  });
  const edge = (e: number) =>
    same ? Math.ceil(e / stride) : Math.floor((e + 2 * pad - (size - 1) * dilation - 1) / stride) + 1;
  return {
    ...x,
    name: result!,
    shape: x.shape.map((e, axis) => (axis === 0 ? e : axis === 1 ? out : edge(e))),
  };
}

/** A product with a constant on the right, and mostly a bias. */
export function linear(p: Program, x: Value, out: number, weight?: string): Value {
  const last = x.shape.length - 1;
  const into = x.shape[last]!;
  const name = weight ?? kernel(p, [into, out], into, 1);
  const [product] = p.node('MatMul', [x.name, name]);
  const shape = [...x.shape.slice(0, last), out];
  if (p.random.chance(0.3)) return { ...x, name: product!, shape };
  const added = p.tensor([out], { scale: 0.3 }).name;
  return { ...x, name: p.node('Add', p.random.shuffled([product!, added]))[0]!, shape };
}

/** `Gemm`, of two axes. */
export function gemm(p: Program, x: Value, out: number): Value {
  const into = x.shape[1]!;
  const transA = p.random.chance(0.25);
  const transB = p.random.chance(0.5);
  const name = kernel(p, transB ? [out, into] : [into, out], into, transB ? 0 : 1);
  const left = transA ? p.node('Transpose', [x.name], { perm: [1, 0] })[0]! : x.name;
  const c = p.random.pick([[], [[out]], [[1, out]], [[]], [[1]]] as readonly (readonly number[][])[]);
  const [result] = p.node('Gemm', [left, name, ...c.map((shape) => p.tensor(shape, { scale: 0.3 }).name)], {
    ...(transA ? { transA: 1 } : {}),
    ...(transB ? { transB: 1 } : {}),
    ...(p.random.chance(0.2) ? { alpha: { float: 0.5 }, beta: { float: 2 } } : {}),
  });
  return { ...x, name: result!, shape: [x.shape[0]!, out] };
}

/** A layer that keeps the shape, whatever the layout. */
export function layer(p: Program, x: Value, out: number = channelsOf(x)): Value {
  if (isImage(x)) return conv(p, x, { out });
  return isVector(x) ? gemm(p, x, out) : linear(p, x, out);
}
