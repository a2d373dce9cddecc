import { convolve, type Dim } from '@synaprune/axes';
import { listAt, numberAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../follow/node-call.js';
import { declaredOr, windowSizes } from './window-sizes.js';

const convolution =
  (transposed: boolean): Rule =>
  (call) => {
    const [x, weight] = [call.input(0), call.input(1)];
    if (x.axes.length !== weight.axes.length || x.axes.length < 3) throw new NotFollowed('not a picture');
    const groups = numberAt(call.attributes, 'group', 1);
    requireGroups(groups);
    const bias = call.has(2) ? call.input(2) : undefined;
    const sizes = sizesOf(call, transposed);
    const [inputs, outputs] = transposed ? [0, 1] : [1, 0];
    const { output, groups: grouped } = convolve(
      call.place,
      x,
      1,
      { weight, inputs, outputs, groups, transposed, bias },
      sizes,
    );
    const kernel = weight.axes.slice(2);
    // Every output is a product with the inputs of its group; transposed, every input with the outputs of its group.
    const multiplyAdds = transposed
      ? [x.axes[0]!, weight.axes[0]!, ...x.axes.slice(2), weight.axes[1]!, ...kernel]
      : [...output.axes, weight.axes[1]!, ...kernel];
    return {
      outputs: [output],
      multiplyAdds: [multiplyAdds],
      ...(grouped === undefined
        ? {}
        : { edit: (edit) => edit.attribute('group', edit.lengthOf(grouped) as number) }),
    };
  };

function requireGroups(groups: number): void {
  if (Number.isInteger(groups) && groups >= 1) return;
  throw new NotFollowed(`it has ${groups} groups`);
}

function sizesOf(call: NodeCall, transposed: boolean): readonly Dim[] {
  const [x, weight] = [call.input(0), call.input(1)];
  const kernel = weight.axes.slice(2).map(({ dim }) => Number(dim));
  const given = listAt(call.attributes, 'kernel_shape') ?? kernel;
  return transposed
    ? declaredOr(call, x.axes.length)
    : [
        0,
        0,
        ...windowSizes(
          call,
          x.axes.slice(2).map(({ dim }) => dim),
          given,
        ),
      ];
}

export const convolutionRules: Readonly<Record<string, Rule>> = {
  Conv: convolution(false),
  'com.microsoft::FusedConv': convolution(false),
  ConvTranspose: convolution(true),
};
