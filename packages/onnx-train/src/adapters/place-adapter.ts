import {
  create,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
} from '@synaprune/onnx';
import {
  type Attributes,
  domainOf,
  numberAt,
  readAttributes,
  tensorOf,
  writeAttribute,
} from '@synaprune/onnx/graph';
import type { AdaptedKernel } from './find-kernels.js';

/** What an adapter is made of in a model: nodes around the one that reads the kernel, and small tensors. */
export interface PlacedAdapter {
  readonly before: readonly NodeProto[];
  /** The reader, changed. */
  readonly reader: NodeProto;
  readonly after: readonly NodeProto[];
  /** Numbers that nobody trains. */
  readonly tensors: readonly TensorProto[];
}

/** The names of an adapter's factors, and what what they give is multiplied by. */
export interface Factors {
  readonly left: string;
  readonly right: string;
  readonly scale: number;
  readonly rank: number;
}

/** Whether an adapter of this kernel can run beside it: a product of its own, on what the kernel reads. */
export function canRunBeside({ reader, input, shape }: AdaptedKernel): boolean {
  if (domainOf(reader.domain) !== '') return false;
  switch (reader.opType) {
    case 'MatMul':
      return shape.length === 2;
    case 'Gemm':
      return input === 1;
    case 'Gather':
      return numberAt(readAttributes(reader.attribute), 'axis', 0) === 0;
    case 'Conv':
      return input === 1 && numberAt(readAttributes(reader.attribute), 'group', 1) === 1;
    default:
      return false;
  }
}

const TYPES = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  bfloat16: TensorProto_DataType.BFLOAT16,
};

/**
 * Adds nodes one after another, under names of one prefix. Factors and scale are float32 whatever the kernel is, so that
 * they are what was trained and merged, and what they give is rounded to its type once.
 */
function createNodes(prefix: string, type: AdaptedKernel['type']) {
  const nodes: NodeProto[] = [];
  const tensors: TensorProto[] = [];
  let count = 0;
  return {
    nodes,
    tensors,
    add(op: string, input: readonly string[], attributes: Attributes = {}, name?: string): string {
      const output = name ?? `${prefix}${op}_${count++}`;
      const attribute = Object.entries(attributes).map(([key, value]) => writeAttribute(key, value));
      nodes.push(
        create(NodeProtoSchema, {
          opType: op,
          name: `${output}/node`,
          input: [...input],
          output: [output],
          attribute,
        }),
      );
      return output;
    },
    number(value: number): string {
      const name = `${prefix}number_${count++}`;
      tensors.push(tensorOf(name, { type: 'float32', shape: [] }, [value]));
      return name;
    },
    /** A tensor of the model's type as float32. */
    widened(tensor: string): string {
      return type === 'float32' ? tensor : this.add('Cast', [tensor], { to: TYPES.float32 });
    },
    /** A tensor of float32 in the model's type. */
    rounded(tensor: string): string {
      return type === 'float32' ? tensor : this.add('Cast', [tensor], { to: TYPES[type] });
    },
    shape(sizes: readonly number[]): string {
      const name = `${prefix}shape_${count++}`;
      tensors.push(tensorOf(name, { type: 'int64', shape: [sizes.length] }, sizes));
      return name;
    },
  };
}

type Nodes = ReturnType<typeof createNodes>;

const scaled = (nodes: Nodes, name: string, scale: number): string =>
  scale === 1 ? name : nodes.add('Mul', [name, nodes.number(scale)]);

/**
 * An adapter beside its kernel: what the layer gives is `f(x, w) + scale · f(x, left, right)`, two small products instead
 * of a change of the kernel.
 */
export function besideKernel(kernel: AdaptedKernel, factors: Factors, prefix: string): PlacedAdapter {
  const { reader, type } = kernel;
  const nodes = createNodes(prefix, type);
  const [output] = reader.output as [string];
  const whole = `${prefix}without`;
  const change = nodes.rounded(changeOf(nodes, kernel, factors));
  nodes.add('Add', [whole, change], {}, output);
  return {
    before: [],
    reader: { ...reader, output: [whole, ...reader.output.slice(1)] },
    after: nodes.nodes,
    tensors: nodes.tensors,
  };
}

function changeOf(nodes: Nodes, kernel: AdaptedKernel, { left, right, scale, rank }: Factors): string {
  const { reader, input, shape, frame } = kernel;
  const attributes = readAttributes(reader.attribute);
  if (reader.opType === 'Gather') {
    const rows = nodes.add('Gather', [left, reader.input[1]!]);
    return nodes.add('MatMul', [rows, scaled(nodes, right, scale)]);
  }
  const turn = (name: string) => nodes.add('Transpose', [name], { perm: [1, 0] });
  const x = nodes.widened(reader.input[input === 0 ? 1 : 0]!);
  switch (reader.opType) {
    case 'Conv': {
      const { group: _, ...windows } = attributes;
      const narrow = nodes.add('Reshape', [right, nodes.shape([rank, ...shape.slice(1)])]);
      const ones = shape.slice(2).map(() => 1);
      const wide = nodes.add('Reshape', [
        scaled(nodes, left, scale),
        nodes.shape([frame.rows, rank, ...ones]),
      ]);
      return nodes.add('Conv', [nodes.add('Conv', [x, narrow], windows), wide]);
    }
    case 'Gemm': {
      const rows = numberAt(attributes, 'transA', 0) === 1 ? turn(x) : x;
      const factor = scale * numberAt(attributes, 'alpha', 1);
      return frame.first === 'right'
        ? nodes.add('MatMul', [nodes.add('MatMul', [rows, turn(right)]), turn(scaled(nodes, left, factor))])
        : nodes.add('MatMul', [nodes.add('MatMul', [rows, left]), scaled(nodes, right, factor)]);
    }
    default: {
      if (input === 1) {
        return nodes.add('MatMul', [nodes.add('MatMul', [x, left]), scaled(nodes, right, scale)]);
      }
      const narrow = nodes.add('MatMul', [right, x]);
      return nodes.add('MatMul', [scaled(nodes, left, scale), narrow]);
    }
  }
}

/**
 * An adapter inside its kernel: the layer reads `w + scale · left · right`, and +0 where `keepZeros` and the kernel say
 * so, by a choice and no product.
 */
export function insideKernel(
  { tensor, shape, type, frame, reader, input }: AdaptedKernel,
  { left, right, scale }: Factors,
  prefix: string,
  keepZeros: boolean,
): PlacedAdapter {
  const nodes = createNodes(prefix, type);
  const parts =
    frame.first === 'left' ? [left, scaled(nodes, right, scale)] : [scaled(nodes, left, scale), right];
  const product = nodes.add('MatMul', parts);
  const flat = shape.length === frame.batch.length + 2;
  const change = flat ? product : nodes.add('Reshape', [product, nodes.shape(shape)]);
  const changed = nodes.add('Add', [nodes.widened(tensor), change]);
  const kept = keepZeros
    ? nodes.add('Where', [
        nodes.add('Cast', [tensor], { to: TensorProto_DataType.BOOL }),
        changed,
        nodes.number(0),
      ])
    : changed;
  const read = nodes.rounded(kept);
  const inputs = reader.input.map((each, index) => (index === input ? read : each));
  return { before: nodes.nodes, reader: { ...reader, input: inputs }, after: [], tensors: nodes.tensors };
}
