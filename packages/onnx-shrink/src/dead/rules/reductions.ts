import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import { carried, lengthAt } from '../carried.js';
import { type DeadRule, NotKnown } from '../dead-call.js';
import { LEAVES, READS } from '../needs.js';

/** What comes of numbers that are all one: that one, or what is known of zeros alone. */
type OfEqual = 'same' | 'zero';

const reduction =
  (sum: boolean, ofEqual: OfEqual | undefined): DeadRule =>
  (call) => {
    const x = call.input(0);
    const axes = call.axes(0);
    const rank = x.axes.length;
    const given = call.has(1) ? call.integers(1) : listAt(call.attributes, 'axes');
    if (call.has(1) && given === undefined) throw new NotKnown('its axes are computed');
    const none = given === undefined || given.length === 0;
    const noop = none && numberAt(call.attributes, 'noop_with_empty_axes', 0) !== 0;
    const along = noop ? [] : none ? x.axes.map((_, i) => i) : given.map((axis) => frontAxis(axis, rank));
    for (const i of along) {
      const zeros = x.along(i);
      const width = lengthAt(x, i);
      if (!sum || width === undefined) call.needs.require(x.axes[i]!);
      else {
        call.needs.product({
          ...{ node: call.node, rows: undefined, rowCount: 1, columns: x.axes[i]!, width },
          firstColumn: () => 0,
          reads: Uint8Array.from({ length: width }, (_, k) => (zeros?.[k] === 0 ? LEAVES : READS)),
          amounts: () => new Float64Array(1),
        });
      }
    }
    const stays = x.axes.map((_, i) => i).filter((i) => !along.includes(i));
    const keep = numberAt(call.attributes, 'keepdims', 1) !== 0;
    return [
      carried(axes, {
        type: x.type,
        finite: x.finite,
        along(axis) {
          const from = keep || noop ? (along.includes(axis) ? undefined : axis) : stays[axis];
          if (ofEqual === undefined || from === undefined) return undefined;
          return x.along(from)?.map((value) => (ofEqual === 'same' || value === 0 ? value : Number.NaN));
        },
      }),
    ];
  };

const position: DeadRule = (call) => {
  const x = call.input(0);
  call.needs.require(x.axes[frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length)]!);
  return [undefined];
};

export const reductionRules: Readonly<Record<string, DeadRule>> = {
  ReduceSum: reduction(true, 'zero'),
  ReduceL1: reduction(true, 'zero'),
  ReduceL2: reduction(true, 'zero'),
  ReduceSumSquare: reduction(true, 'zero'),
  ReduceMean: reduction(false, 'same'),
  ReduceMax: reduction(false, 'same'),
  ReduceMin: reduction(false, 'same'),
  ReduceProd: reduction(false, undefined),
  ReduceLogSum: reduction(false, undefined),
  ReduceLogSumExp: reduction(false, undefined),
  ArgMax: position,
  ArgMin: position,
};
