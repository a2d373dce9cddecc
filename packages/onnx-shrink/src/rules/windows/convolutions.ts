import { type AxedValue, type Axis, convolve, type Dim, elementwise } from '@synaprune/axes';
import { listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { type NodeCall, type NodeEdit, NotFollowed, type Rule } from '../../follow/node-call.js';
import { ZERO_STAYS } from '../elementwise.js';
import { declaredOr, windowSizes } from './window-sizes.js';

/** What a convolution is of. */
export interface ConvolutionParts {
  readonly x: AxedValue;
  readonly weight: AxedValue;
  readonly bias: AxedValue | undefined;
  readonly transposed?: boolean;
}

/** A convolution that was followed. */
export interface ConvolutionNode {
  readonly output: AxedValue;
  readonly multiplyAdds: readonly (readonly Axis[])[];
  readonly edit?: (edit: NodeEdit) => void;
}

/** A node with the attributes of `Conv`. */
export function followConvolution(
  call: NodeCall,
  { x, weight, bias, transposed = false }: ConvolutionParts,
): ConvolutionNode {
  if (x.axes.length !== weight.axes.length || x.axes.length < 3) {
    throw new NotFollowed('its input and weight have not as many axes, at least three');
  }
  const groups = numberAt(call.attributes, 'group', 1);
  if (!(Number.isInteger(groups) && groups >= 1)) throw new NotFollowed(`it has ${groups} groups`);
  const kernel = weight.axes.slice(2);
  const sizes = transposed ? declaredOr(call, x.axes.length) : sizesOf(call, x, kernel);
  const [inputs, outputs] = transposed ? [0, 1] : [1, 0];
  const filters = { weight, inputs, outputs, groups, transposed, bias };
  const { output, groups: grouped } = convolve(call.place, x, 1, filters, sizes);
  // Every output is a product with the inputs of its group; transposed, every input with the outputs of its group.
  const multiplyAdds = transposed
    ? [x.axes[0]!, weight.axes[0]!, ...x.axes.slice(2), weight.axes[1]!, ...kernel]
    : [...output.axes, weight.axes[1]!, ...kernel];
  return {
    output,
    multiplyAdds: [multiplyAdds],
    ...(grouped === undefined
      ? {}
      : { edit: (edit) => edit.attribute('group', edit.lengthOf(grouped) as number) }),
  };
}

function sizesOf(call: NodeCall, x: AxedValue, kernel: readonly Axis[]): readonly Dim[] {
  const given = listAt(call.attributes, 'kernel_shape') ?? kernel.map(({ dim }) => Number(dim));
  const before = x.axes.slice(2).map(({ dim }) => dim);
  return [0, 0, ...windowSizes(call, before, given)];
}

const convolution =
  (transposed: boolean): Rule =>
  (call) => {
    const bias = call.has(2) ? call.input(2) : undefined;
    const { output, ...rest } = followConvolution(call, {
      x: call.input(0),
      weight: call.input(1),
      bias,
      transposed,
    });
    return { ...rest, outputs: [output] };
  };

/** With a sum, and something that each element goes through by itself. */
const fused: Rule = (call) => {
  const bias = call.has(2) ? call.input(2) : undefined;
  const { output, ...rest } = followConvolution(call, { x: call.input(0), weight: call.input(1), bias });
  const sum = call.has(3) ? elementwise(call.place, [output, call.input(3)], 'all') : output;
  const keeps = ZERO_STAYS.has(textAt(call.attributes, 'activation', 'Relu'));
  return { ...rest, outputs: [keeps ? sum : { ...sum, zero: sum.zero.map(() => false) }] };
};

export const convolutionRules: Readonly<Record<string, Rule>> = {
  Conv: convolution(false),
  'com.microsoft::FusedConv': fused,
  ConvTranspose: convolution(true),
};
