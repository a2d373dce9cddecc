import { elementsOf } from '@synaprune/core/checks';
import { sameShape, showShape, type Value } from '@synaprune/onnx/graph';
import { expand } from '../arithmetic/arithmetic.js';
import type { Rebatching } from '../importing/rebatching.js';
import type { Probe } from '../inline/probe.js';
import type { TrainingGraph } from '../tape/tape.js';
import { sampleAxis } from './attention-axes.js';
import { axisRules } from './batch-axes.js';

/** Operators that copy one value as often as a shape says: the same for every sample. */
const COPIES = new Set(['Expand', 'ConstantOfShape', 'Tile']);

/**
 * @param one what is known of the model with a batch of one
 * @param batch how many samples there are to be
 */
export function createRebatching(graph: TrainingGraph, one: Probe, batch: number): Rebatching {
  /** Where samples lie, one after another; −1 for what is the same for all. */
  const axes = new Map<string, number>();
  /** Of those that are the same for all samples, the ones that tell how many samples there are. */
  const sized = new Set<string>();
  let given: readonly number[] = [];
  let counts = false;
  const refuse = (why: string): never =>
    graph.unsupported(
      `it cannot have a batch of ${batch}: ${why}`,
      'export the model with a dynamic first axis, or build the step for a batch of 1',
    );
  const look = (name: string): Value => {
    const value = one.look(name);
    return typeof value === 'string' ? refuse(value) : value;
  };
  const grown = (shape: readonly number[], axis: number) =>
    shape.map((size, at) => (at === axis ? size * batch : size));

  /** Where samples lie in another shape of the same elements: behind as many elements as before. */
  function reshaped(from: readonly number[], axis: number, to: readonly number[]): number {
    const before = elementsOf(from.slice(0, axis));
    const fits = to.flatMap((_, at) => (elementsOf(to.slice(0, at)) === before ? [at] : []));
    return fits.find((at) => to[at] === 1) ?? fits[0] ?? refuse('its shape tears samples apart');
  }

  return {
    input: (name, axis) => void axes.set(name, axis),
    before(node, names) {
      const { op, inputs } = node;
      const own = names.map((name) => (name === '' ? undefined : (axes.get(name) ?? -1)));
      const alone = own.every((axis) => axis === undefined || axis < 0);
      const tells = node.domain === '' && (op === 'Shape' || op === 'Size');
      counts = tells ? !alone : names.some((name) => sized.has(name));
      if (alone || tells) {
        given = [];
        return inputs;
      }
      const shapes = names.map((name) => (name === '' ? undefined : look(name).shape));
      const isReshape = op === 'Reshape' || op === 'Expand';
      if (node.domain === '' && isReshape && own[0]! >= 0) {
        const to = look(node.outputNames[0]!).shape;
        const axis =
          op === 'Reshape' ? reshaped(shapes[0]!, own[0]!, to) : own[0]! + to.length - shapes[0]!.length;
        if (op === 'Expand' && to[axis] !== shapes[0]![own[0]!]) refuse('it copies samples along their axis');
        given = [axis];
        return [inputs[0], graph.integers(grown(to, axis))];
      }
      const key = node.domain === '' ? op : `${node.domain}::${op}`;
      const rule = Object.hasOwn(axisRules, key) ? axisRules[key] : undefined;
      const known = (input: number) => {
        const name = names[input];
        return name ? look(name).constant?.numbers() : undefined;
      };
      if (names.some((name, at) => own[at] === -1 && sized.has(name))) {
        refuse('what it computes depends on the size of the batch');
      }
      if (op === 'Resize' && inputs[3]?.constant !== undefined) {
        given = own[0] === 0 && shapes[0]![0] === 1 ? [0] : refuse('samples do not lie along its first axis');
        return [...inputs.slice(0, 3), graph.integers(grown(inputs[3].constant.numbers(), 0))];
      }
      const filled = inputs.map((input, at) =>
        input === undefined || own[at] !== -1 ? -1 : fillAxis(key, at, own, shapes[at]!),
      );
      const axesNow = own.map((axis, at) => (filled[at]! >= 0 ? filled[at] : axis));
      given =
        rule?.({ op, opset: node.opset, attributes: node.attributes, axes: axesNow, shapes, known }) ??
        refuse(
          rule === undefined
            ? `whether ${op} takes each sample by itself is not known`
            : `${op} lets samples meet`,
        );
      return inputs.map((input, at) =>
        filled[at]! >= 0 ? expand(graph, input!, grown(input!.shape, filled[at]!)) : input,
      );
    },
    after(op, outputs, names) {
      outputs.forEach((value, index) => {
        const name = names[index];
        if (value === undefined || !name) return;
        const shape = look(name).shape;
        let axis = given[index] ?? given.at(-1) ?? -1;
        if (axis < 0 && COPIES.has(op) && shape.length === value.shape.length) {
          // Of a shape that was computed: the same number or row for each sample.
          axis = shape.findIndex((size, at) => size !== value.shape[at]);
        }
        const wanted = axis < 0 ? shape : grown(shape, axis);
        if (!sameShape(wanted, value.shape)) {
          refuse(`it gives ${showShape(value.shape)}, and needed is ${showShape(wanted)}`);
        }
        axes.set(name, axis);
        if (axis < 0 && counts && !isSame(value, look(name))) sized.add(name);
      });
    },
  };
}

/** Whether two values are known, and the same. */
function isSame(a: Value, b: Value): boolean {
  const [left, right] = [a.constant?.numbers(), b.constant?.numbers()];
  return left?.every((number, index) => Object.is(number, right?.[index])) ?? false;
}

/**
 * The axis along which an input that is the same for all samples is copied for each, −1 where it need not be: what joins
 * samples is there once for each, as a class token and an initial state, and keys that all queries share.
 */
function fillAxis(
  key: string,
  input: number,
  own: readonly (number | undefined)[],
  shape: readonly number[],
): number {
  const isState = /^(LSTM|GRU|RNN)$/.test(key) && (input === 5 || input === 6);
  const beside = key === 'Concat' ? (own.find((axis) => axis !== undefined && axis >= 0) ?? -1) : -1;
  const axis = isState ? 1 : Math.max(beside, sampleAxis(key, input, shape.length));
  return axis >= 0 && shape[axis] === 1 ? axis : -1;
}
