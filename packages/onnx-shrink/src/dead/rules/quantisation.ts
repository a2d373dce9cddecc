import { elementsOf } from '@synaprune/core/checks';
import { frontAxis, numberAt } from '@synaprune/onnx/graph';
import { type Carried, carried, carriedNumbers, type KnownNumbers } from '../carried.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';

/** Scale and zero point, each one number or one a channel. */
function parametersOf(call: DeadCall): readonly [Carried, Carried | undefined] {
  return [call.input(1), call.has(2) ? call.input(2) : undefined];
}

const dequantise: DeadRule = (call) => {
  if (numberAt(call.attributes, 'block_size', 0) !== 0) throw new NotKnown('it has scales for blocks');
  const x = call.input(0);
  const axes = call.axes(0);
  const [scale, zero] = parametersOf(call);
  const [numbers, scales, zeros] = [x.numbers(), scale.numbers(), zero?.numbers()];
  const { type } = scale;
  if (numbers !== undefined && scales !== undefined && (zero === undefined || zeros !== undefined)) {
    const at = scales.shape.length === 0 ? 0 : frontAxis(numberAt(call.attributes, 'axis', 1), axes.length);
    return [carriedNumbers(axes, type ?? 'float32', () => dequantised(numbers, scales, zeros, at))];
  }
  const [by, from] = [scale.everywhere(), zero?.everywhere() ?? 0];
  return [
    carried(axes, {
      type,
      finite: scale.finite,
      along: (axis) => x.along(axis)?.map((each) => (each === from && !Number.isNaN(by) ? 0 : Number.NaN)),
    }),
  ];
};

function dequantised(
  { data, shape }: KnownNumbers,
  scales: KnownNumbers,
  zeros: KnownNumbers | undefined,
  axis: number,
): KnownNumbers {
  const inner = elementsOf(shape.slice(axis + 1));
  const size = shape[axis] ?? 1;
  const several = scales.data.length > 1;
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i += 1) {
    const channel = several ? Math.floor(i / inner) % size : 0;
    out[i] = (data[i]! - (zeros?.data[channel] ?? 0)) * scales.data[channel]!;
  }
  return { data: out, shape, type: scales.type };
}

/** 0 becomes the zero point; where others lie between two steps, rounding decides. */
const quantise: DeadRule = (call) => {
  const x = call.input(0);
  const axes = call.axes(0);
  const [scale, zero] = parametersOf(call);
  const to = zero?.everywhere() ?? 0;
  return [
    carried(axes, {
      type: zero?.type ?? 'uint8',
      finite: () => x.finite() && scale.finite(),
      along: (axis) =>
        scale.finite() ? x.along(axis)?.map((each) => (each === 0 ? to : Number.NaN)) : undefined,
    }),
  ];
};

export const quantisationRules: Readonly<Record<string, DeadRule>> = {
  DequantizeLinear: dequantise,
  QuantizeLinear: quantise,
};
