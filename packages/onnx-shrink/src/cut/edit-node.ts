import type { Lengths } from '@synaprune/axes';
import { create, type NodeProto, NodeProtoSchema, type TensorProto } from '@synaprune/onnx';
import { type Attribute, tensorOf, writeAttribute } from '@synaprune/onnx/graph';
import { type NodeEdit, NotWritable } from '../follow/node-call.js';

/** What the edit of a node gathers. */
export interface Editing {
  readonly lengths: Lengths;
  readonly freshName: () => string;
  /** To be put before the node. */
  readonly nodes: NodeProto[];
  /** To be put into its graph. */
  readonly tensors: TensorProto[];
  /** Names that the node reads no more once it is written. */
  readonly replaced: string[];
  /** What to do to the node, in order. */
  readonly writing: (() => void)[];
}

/** What a rule writes with: nothing of it is done to the node before `writing` is. */
export function editOf(
  node: NodeProto,
  { lengths, freshName, nodes, tensors, replaced, writing }: Editing,
): NodeEdit {
  const addTensor = (shape: readonly number[], numbers: readonly number[]): string => {
    if (!numbers.every(Number.isSafeInteger)) {
      throw new NotWritable('what it is told cannot be put right for fewer of them');
    }
    const name = freshName();
    tensors.push(tensorOf(name, { type: 'int64', shape }, numbers));
    return name;
  };
  const setInput = (input: number, name: string) => {
    const before = node.input[input] ?? '';
    if (before !== '') replaced.push(before);
    writing.push(() => {
      while (node.input.length <= input) node.input.push('');
      node.input[input] = name;
    });
  };
  const removeAttribute = (name: string) => {
    writing.push(() => {
      node.attribute = node.attribute.filter((attribute) => attribute.name !== name);
    });
  };
  return {
    keptOf: lengths.keptOf,
    lengthOf: lengths.lengthOf,
    removeAttribute,
    attribute(name: string, value: Attribute) {
      const attribute = writeAttribute(name, value);
      removeAttribute(name);
      writing.push(() => node.attribute.push(attribute));
    },
    integers(input, numbers) {
      const list = typeof numbers === 'number' ? [numbers] : numbers;
      setInput(input, addTensor(typeof numbers === 'number' ? [] : [list.length], list));
    },
    correct(input, sizes, wanted) {
      const comes = sizes.map((size) => size?.after(lengths.lengthOf));
      if (wanted.every((want, i) => want === undefined || comes[i] === want)) return;
      const all = comes.map((size, i) => wanted[i] ?? size);
      if (all.every((size) => typeof size === 'number')) {
        setInput(input, addTensor([all.length], all));
        return;
      }
      // Some of it only a run knows: what is known to be wrong is put right by what is added.
      const rest = comes.map((size, i) => wanted[i] === -1 && size !== undefined && typeof size !== 'number');
      const difference = comes.map((size, i) => {
        const want = wanted[i];
        if (want === undefined || size === want) return 0;
        if (typeof size === 'number') return want - size;
        // What came is made 0 first.
        if (rest[i]) return -1;
        throw new NotWritable(
          'a run computes the shape that it takes, which would be wrong for fewer of them',
        );
      });
      const add = (opType: string, from: string, numbers: readonly number[]): string => {
        const output = freshName();
        const operands = [from, addTensor([numbers.length], numbers)];
        nodes.push(create(NodeProtoSchema, { opType, name: output, input: operands, output: [output] }));
        return output;
      };
      const known = rest.includes(true)
        ? add(
            'Mul',
            node.input[input]!,
            rest.map((each) => (each ? 0 : 1)),
          )
        : node.input[input]!;
      setInput(input, add('Add', known, difference));
    },
    operator(op: string) {
      writing.push(() => {
        node.opType = op;
      });
    },
  };
}
