import { elementsOf, quote } from '@synaprune/core/checks';
import { sameShape, showShape, type Value } from '@synaprune/onnx/graph';
import { expand, reshape } from '../arithmetic/arithmetic.js';
import type { Rebatching } from '../importing/rebatching.js';
import type { Probe } from '../inline/probe.js';
import type { TrainingGraph } from '../tape/tape.js';
import { sampleAxis } from './attention-axes.js';
import { axisRules } from './batch-axes.js';

/** Operators that copy one value as often as a shape says: the same for every sample. */
const COPIES = new Set(['Expand', 'ConstantOfShape', 'Tile']);

/** Where the samples of a value lie. */
interface Place {
  /** The axis along which they lie; −1 for what is the same for all. */
  readonly axis: number;
  /**
   * How many elements of that axis, as it is for one sample, have all samples of theirs before the next has: 1 where samples
   * lie one after another as a whole, and the axis's own size where each element is followed by that of the next sample.
   */
  readonly outer: number;
}

const ALIKE: Place = { axis: -1, outer: 1 };

/** What has to have samples one after another along its axis. */
const IN_A_ROW = /^(Flatten|LSTM|GRU|RNN)$/;

/**
 * @param one what is known of the model with a batch of one
 * @param batch how many samples there are to be
 * @param outputs of the model
 */
export function createRebatching(
  graph: TrainingGraph,
  one: Probe,
  batch: number,
  outputs: ReadonlySet<string>,
): Rebatching {
  const places = new Map<string, Place>();
  /** Of those that are the same for all samples, the ones that tell how many samples there are. */
  const sized = new Set<string>();
  let given: readonly Place[] = [];
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
  function reshaped(from: readonly number[], { axis, outer }: Place, to: readonly number[]): Place {
    const before = elementsOf(from.slice(0, axis)) * outer;
    const fits = to.flatMap((size, at) => {
      const left = before / elementsOf(to.slice(0, at));
      return Number.isInteger(left) && Number.isInteger(size / left) ? [{ axis: at, outer: left, size }] : [];
    });
    const whole = fits.filter((place) => place.outer === 1);
    const { size: _, ...place } =
      whole.find(({ size }) => size === 1) ?? whole[0] ?? fits[0] ?? refuse('its shape tears samples apart');
    return place;
  }

  return {
    input: (name, axis) => void places.set(name, { axis, outer: 1 }),
    before(node, names) {
      const { op, inputs } = node;
      const from = names.map((name) => (name === '' ? undefined : (places.get(name) ?? ALIKE)));
      const own = from.map((place) => place?.axis);
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
        const { axis, outer } = from[0]!;
        const place =
          op === 'Reshape'
            ? reshaped(shapes[0]!, from[0]!, to)
            : { axis: axis + to.length - shapes[0]!.length, outer };
        if (op === 'Expand' && to[place.axis] !== shapes[0]![axis])
          refuse('it copies samples along their axis');
        given = [place];
        return [inputs[0], graph.integers(grown(to, place.axis))];
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
        given =
          own[0] === 0 && shapes[0]![0] === 1
            ? [from[0]!]
            : refuse('samples do not lie along its first axis');
        return [...inputs.slice(0, 3), graph.integers(grown(inputs[3].constant.numbers(), 0))];
      }
      for (const others of [from, ...otherPlaces(from, shapes)]) {
        const lying = others.map((place) => place?.axis);
        const filled = inputs.map((input, at) =>
          input === undefined || lying[at] !== -1 ? -1 : fillAxis(key, at, lying, shapes[at]!),
        );
        const axes = lying.map((axis, at) => (filled[at]! >= 0 ? filled[at] : axis));
        const outers = new Set(others.flatMap((place) => (place && place.axis >= 0 ? [place.outer] : [])));
        const [outer] = outers;
        if (outers.size > 1 || (outer !== 1 && IN_A_ROW.test(op))) continue;
        const found = rule?.({ op, opset: node.opset, attributes: node.attributes, axes, shapes, known });
        if (found === undefined) continue;
        given = found.map((axis) => ({ axis, outer: outer! }));
        return inputs.map((input, at) => {
          if (filled[at]! >= 0) return expand(graph, input!, grown(input!.shape, filled[at]!));
          // The same elements in the same order, along the other axis.
          return others[at] === from[at] ? input : reshape(graph, input!, grown(shapes[at]!, lying[at]!));
        });
      }
      return refuse(
        rule === undefined
          ? `whether ${op} takes each sample by itself is not known`
          : `${op} lets samples meet`,
      );
    },
    after(op, values, names) {
      values.forEach((value, index) => {
        const name = names[index];
        if (value === undefined || !name) return;
        const shape = look(name).shape;
        const place = given[index] ?? given.at(-1) ?? ALIKE;
        let { axis } = place;
        if (axis < 0 && COPIES.has(op) && shape.length === value.shape.length) {
          // Of a shape that was computed: the same number or row for each sample.
          axis = shape.findIndex((size, at) => size !== value.shape[at]);
        }
        if (place.outer > 1 && outputs.has(name)) {
          refuse(`of its output ${quote(name)} samples would not lie one after another`);
        }
        const wanted = axis < 0 ? shape : grown(shape, axis);
        if (!sameShape(wanted, value.shape)) {
          refuse(`it gives ${showShape(value.shape)}, and needed is ${showShape(wanted)}`);
        }
        places.set(name, { axis, outer: axis === place.axis ? place.outer : 1 });
        if (axis < 0 && counts && !isSame(value, look(name))) sized.add(name);
      });
    },
  };
}

/**
 * The same places in other words: what lies at the end of an axis lies at the beginning of the next, and the other way round.
 * An axis of the samples' own stays one.
 */
function otherPlaces(
  from: readonly (Place | undefined)[],
  shapes: readonly (readonly number[] | undefined)[],
): (readonly (Place | undefined)[])[] {
  const each = (move: (place: Place, shape: readonly number[]) => Place) =>
    from.map((place, at) => (place === undefined || place.axis < 0 ? place : move(place, shapes[at]!)));
  return [
    each((place, shape) => {
      const { axis, outer } = place;
      return axis > 0 && outer === 1 && shape[axis]! > 1
        ? { axis: axis - 1, outer: shape[axis - 1]! }
        : place;
    }),
    each((place, shape) => {
      const { axis, outer } = place;
      const isEnd = outer > 1 && outer === shape[axis] && axis + 1 < shape.length;
      return isEnd ? { axis: axis + 1, outer: 1 } : place;
    }),
  ];
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
