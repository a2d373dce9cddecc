import { numberAt, roundTo, typeOf } from '@synaprune/onnx/graph';
import { type Carried, carried, rounded, unknownNumbers } from '../carried.js';
import { combine, type OfElements, passOn } from '../combine.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';
import { functions, type OfOne } from './functions.js';

const unary =
  (of: OfOne): DeadRule =>
  (call) => {
    // Functions of several inputs, as FastGelu with a bias, add first.
    if (call.inputs().length > 1) return [unknownNumbers(call.axes(0), call.inputs())];
    return [combine([call.input(0)], call.axes(0), ([x]) => of(x!, call.attributes))];
  };

const combination =
  (of: OfElements): DeadRule =>
  (call) => [combine(call.inputs(), call.axes(0), of)];

const total: OfElements = (values) => values.reduce((sum, value) => sum + value, 0);
const product: OfElements = (values) => values.reduce((all, value) => all * value, 1);
/** 0 times anything is 0. */
const productWithZeros: OfElements = (values) => (values.includes(0) ? 0 : product(values));

const multiply: DeadRule = (call) => {
  const inputs = call.inputs();
  const finite = inputs.every((input) => input.finite());
  return [combine(inputs, call.axes(0), finite ? productWithZeros : product, () => finite)];
};

const divide: DeadRule = (call) => {
  const [x, divisor] = [call.input(0), call.input(1)];
  const numbers = () => divisor.numbers()?.data;
  const finite = () => x.finite() && divisor.finite() && !Array.from(numbers() ?? []).includes(0);
  return [combine([x, divisor], call.axes(0), ([a, b]) => a! / b!, finite)];
};

const where: DeadRule = (call) => {
  const inputs = [0, 1, 2].map((i) => call.input(i));
  const of: OfElements = ([condition, yes, no]) =>
    yes === no ? yes! : Number.isNaN(condition) ? Number.NaN : condition === 0 ? no! : yes!;
  const [, yes, no] = inputs as [Carried, Carried, Carried];
  return [
    combine(
      [yes, no, inputs[0]!],
      call.axes(0),
      ([a, b, test]) => of([test!, a!, b!]),
      () => yes.finite() && no.finite(),
    ),
  ];
};

const clip: DeadRule = (call) => {
  const x = call.input(0);
  const bound = (input: number, name: string, otherwise: number) => {
    if (!call.has(input)) return numberAt(call.attributes, name, otherwise);
    // An infinite one is as good as none.
    return call.input(input).numbers()?.data[0] ?? Number.NaN;
  };
  const [low, high] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)];
  return [combine([x], call.axes(0), ([value]) => Math.min(Math.max(value!, low), high))];
};

const cast: DeadRule = (call) => {
  const x = call.input(0);
  const axes = call.axes(0);
  const to = typeOf(numberAt(call.attributes, 'to', 0));
  if (to !== 'float32' && to !== 'float16') {
    return [combine([x], axes, ([value]) => (value === 0 ? 0 : Number.NaN))];
  }
  const known = (value: number) =>
    to === 'float32' && (x.type === 'float16' || x.type === 'float32') ? value : rounded(to, value);
  return [
    carried(axes, {
      type: to,
      finite: x.finite,
      along: (axis) => x.along(axis)?.map(known),
      everywhere: () => known(x.everywhere()),
      numbers() {
        const numbers = x.numbers();
        return (
          numbers && {
            ...numbers,
            type: to,
            data: Float32Array.from(numbers.data, (each) => roundTo(to, each)),
          }
        );
      },
    }),
  ];
};

const dropout: DeadRule = (call) => {
  if (call.has(2) && call.input(2).everywhere() !== 0) throw new NotKnown('it drops elements');
  return [passOn(call.input(0), call.axes(0)), ...masks(call)];
};

function masks(call: DeadCall): (Carried | undefined)[] {
  return call.node.output.slice(1).map(() => undefined);
}

/** Element by element, to what nothing is known of. */
const unknown: DeadRule = (call) => [unknownNumbers(call.axes(0), call.inputs())];

const UNKNOWN = [
  ...['And', 'BitShift', 'BitwiseAnd', 'BitwiseNot', 'BitwiseOr', 'BitwiseXor', 'Equal', 'Greater'],
  ...['GreaterOrEqual', 'IsInf', 'IsNaN', 'Less', 'LessOrEqual', 'Mod', 'Not', 'Or', 'Xor'],
];

/** Operators that treat every element by itself. */
export const pointwiseRules: Readonly<Record<string, DeadRule>> = {
  ...Object.fromEntries(Object.entries(functions).map(([op, of]) => [op, unary(of)])),
  ...Object.fromEntries(UNKNOWN.map((op) => [op, unknown])),
  Add: combination(total),
  Sum: combination(total),
  Sub: combination(([a, b]) => a! - b!),
  Mean: combination((values) => total(values) / values.length),
  Max: combination((values) => Math.max(...values)),
  Min: combination((values) => Math.min(...values)),
  Mul: multiply,
  Div: divide,
  Pow: combination(([base, exponent]) => base! ** exponent!),
  PRelu: combination(([x, slope]) => (x! >= 0 ? x! : slope! * x!)),
  Where: where,
  Clip: clip,
  Cast: cast,
  CastLike: combination(([value]) => (value === 0 ? 0 : Number.NaN)),
  Dropout: dropout,
};
