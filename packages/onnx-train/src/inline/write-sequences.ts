import type { NodeProto } from '@synaprune/onnx';
import { type Attributes, domainOf, numberAt, readAttributes } from '@synaprune/onnx/graph';
import { range } from '../arithmetic/arithmetic.js';
import { graphAt } from './control-flow.js';
import { labelOf } from './copy-nodes.js';
import type { Rewriting } from './rewriting.js';
import { MOST_ROUNDS, tooMany, type Written } from './write-rounds.js';

/** The tensors in a sequence, by their names. */
type Sequence = readonly string[];

/** Follows the sequences of a graph, whose nodes come in an order that they can run in. */
export interface Sequences {
  /** What stands for a node that reads or makes a sequence; undefined where it stays as it is. */
  write(node: NodeProto): Written | undefined;
}

const unknown = {
  what: 'which tensors of a sequence it reads is computed when it runs, or there are none',
  instead: 'export without sequences, as tensors',
};

/**
 * Sequences whose length and places are known are no values of the step: what is taken out of one is the tensor that was
 * put in. Others stay, and are refused where something reads them.
 */
export function createSequences(rewriting: Rewriting): Sequences {
  const { probe } = rewriting;
  const known = new Map<string, Sequence>();
  /** A place in a sequence, counted from the front; undefined where it is computed or none of it. */
  const placeIn = (length: number, name: string | undefined, last: number): number | undefined => {
    if (name === undefined || name === '') return last;
    const value = probe.look(name);
    const at = typeof value === 'string' ? undefined : value.constant?.numbers()[0];
    const front = at === undefined || at >= 0 ? at : at + length;
    return front !== undefined && front >= 0 && front <= last ? front : undefined;
  };

  /** The sequence that a node gives, and nodes that make its tensors. */
  const sequenceOf = (
    { opType, input, output }: NodeProto,
    attributes: Attributes,
  ): { readonly names: Sequence; readonly nodes?: readonly NodeProto[] } | undefined => {
    const [first = '', second, third] = input;
    const given = known.get(first);
    switch (opType) {
      case 'SequenceEmpty':
        return { names: [] };
      case 'SequenceConstruct':
        return { names: input };
      case 'SplitToSequence':
        return split(first, second, attributes, output[0]!);
      case 'SequenceInsert': {
        const at = given && placeIn(given.length, third, given.length);
        return at === undefined ? undefined : { names: given!.toSpliced(at, 0, second!) };
      }
      case 'SequenceErase': {
        const at = given && placeIn(given.length, second, given.length - 1);
        return at === undefined ? undefined : { names: given!.toSpliced(at, 1) };
      }
      default:
        return opType === 'Identity' && given ? { names: given } : undefined;
    }
  };

  const split = (name: string, sizes: string | undefined, attributes: Attributes, prefix: string) => {
    const value = probe.look(name);
    const told = sizes ? probe.look(sizes) : undefined;
    if (typeof value === 'string' || typeof told === 'string') return undefined;
    const axis = numberAt(attributes, 'axis', 0);
    const length = value.shape.at(axis)!;
    const listed = told?.constant?.numbers();
    if (told !== undefined && listed === undefined) return undefined;
    if (listed === undefined && numberAt(attributes, 'keepdims', 1) === 0) {
      const { names, nodes } = rewriting.parts(name, axis, length, prefix);
      return { names, nodes };
    }
    const each = told?.shape.length === 0 ? listed![0]! : 1;
    const chunks = range(Math.ceil(length / each)).map((at) => Math.min(each, length - at * each));
    return rewriting.cut(name, axis, told?.shape.length === 1 ? listed! : chunks, prefix);
  };

  /** Nodes that make a tensor of a sequence. */
  const tensorOf = ({ opType, input, output }: NodeProto, attributes: Attributes) => {
    const names = known.get(input[0] ?? '');
    const to = output[0]!;
    if (names === undefined) return undefined;
    if (opType === 'SequenceLength') return [rewriting.rename(rewriting.integer(names.length), to)];
    if (opType === 'SequenceAt') {
      const at = placeIn(names.length, input[1], names.length - 1);
      return at === undefined ? undefined : [rewriting.rename(names[at]!, to)];
    }
    if (opType !== 'ConcatFromSequence' || names.length === 0) return undefined;
    const axis = numberAt(attributes, 'axis', 0);
    return numberAt(attributes, 'new_axis', 0) === 0
      ? [rewriting.join(names, axis, to)]
      : rewriting.stack(names, axis, to);
  };

  /** The body of a SequenceMap once for each tensor of a sequence, and of others as long. */
  const map = (node: NodeProto, length: number): Written => {
    const body = graphAt(node, 'body');
    const others = node.input.map((name) => known.get(name));
    if (body === undefined || others.some((other) => other !== undefined && other.length !== length))
      return { what: 'its body or its sequences do not fit one another' };
    if (length > MOST_ROUNDS) return tooMany('its sequence has');
    const copies = range(length).map((at) => {
      const inputs = body.input.map(({ name }, i) => [name, others[i]?.[at] ?? node.input[i]!] as const);
      return rewriting.copier.copy(body.node, new Map(inputs), `${labelOf(node)}/${at}`);
    });
    node.output.forEach((output, i) => {
      const { name } = body.output[i]!;
      known.set(
        output,
        copies.map(({ names }) => names.get(name) ?? name),
      );
    });
    return { nodes: copies.flatMap(({ nodes }) => nodes), stays: true };
  };

  return {
    write(node) {
      if (domainOf(node.domain) !== '') return undefined;
      const given = known.get(node.input[0] ?? '');
      if (node.opType === 'SequenceMap' && given) return map(node, given.length);
      const attributes = readAttributes(node.attribute);
      const made = sequenceOf(node, attributes);
      if (made !== undefined) {
        known.set(node.output[0]!, made.names);
        // As an output of the model it is one.
        return { nodes: made.nodes ?? [], stays: true };
      }
      const nodes = tensorOf(node, attributes);
      if (nodes !== undefined) return { nodes };
      return given && unknown;
    },
  };
}
