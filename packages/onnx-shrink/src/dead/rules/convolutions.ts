import { elementsOf } from '@synaprune/core/checks';
import { listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { type Carried, carried, lengthAt, rounded, unknownNumbers } from '../carried.js';
import { contract, type Weights } from '../contract.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';

/** A convolution: every output channel is a row, every input channel of its group a column. */
const convolution =
  (transposed: boolean): DeadRule =>
  (call) => {
    const [x, weight] = [call.input(0), call.input(1)];
    const axes = call.axes(0);
    const weights = filtersOf(call, weight, transposed);
    const bias = call.has(2) ? call.input(2) : undefined;
    const sums = contract(call, weights, {
      ...{ x, axis: 1, rows: { axis: axes[1]!, at: 1 } },
      padded: transposed || isPadded(call, weight),
      foldable: bias === undefined || bias.numbers() !== undefined,
    });
    for (const [i, axis] of x.axes.entries()) if (i > 1) call.needs.require(axis);
    const inputs = [x, weight, ...(bias === undefined ? [] : [bias])];
    // What is added or applied to the sums in the same node.
    if (call.has(3) || textAt(call.attributes, 'activation', '') !== '') {
      return [unknownNumbers(axes, call.inputs())];
    }
    const shifts = bias === undefined ? new Float64Array(sums.length) : bias.along(0);
    return [
      carried(axes, {
        type: weight.type,
        finite: () => inputs.every((each) => each.finite()),
        along: (axis) =>
          axis === 1 && shifts !== undefined
            ? sums.map((sum, row) => rounded(weight.type, sum + shifts[row]!))
            : undefined,
      }),
    ];
  };

function filtersOf(call: DeadCall, weight: Carried, transposed: boolean): Weights {
  const numbers = weight.numbers();
  if (numbers === undefined) throw new NotKnown('its filters are computed');
  const { data, shape, type } = numbers;
  const groups = numberAt(call.attributes, 'group', 1);
  const taps = elementsOf(shape.slice(2));
  const rowCount = transposed ? shape[1]! * groups : shape[0]!;
  const width = transposed ? shape[0]! / groups : shape[1]!;
  const rowsEach = rowCount / groups;
  const firstColumn = (row: number) => Math.floor(row / rowsEach) * width;
  const step = transposed ? rowsEach * taps : taps;
  const start = transposed
    ? (row: number) => firstColumn(row) * step + (row % rowsEach) * taps
    : (row: number) => row * width * taps;
  return { data, type, rowCount, width, firstColumn, start, step, taps };
}

/** Whether it may read zeros that stand around its input. */
function isPadded({ attributes }: DeadCall, weight: Carried): boolean {
  const auto = textAt(attributes, 'auto_pad', 'NOTSET');
  if (auto.startsWith('SAME')) return weight.axes.some((_, i) => i > 1 && lengthAt(weight, i) !== 1);
  return auto === 'NOTSET' && (listAt(attributes, 'pads') ?? []).some((pad) => pad !== 0);
}

export const convolutionRules: Readonly<Record<string, DeadRule>> = {
  Conv: convolution(false),
  'com.microsoft::FusedConv': convolution(false),
  ConvTranspose: convolution(true),
};
