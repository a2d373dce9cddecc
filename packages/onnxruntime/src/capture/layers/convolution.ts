import type { NodeProto } from '@synaprune/onnx';
import { listAt, numberAt, readAttributes, textAt } from '@synaprune/onnx/graph';
import { columnsOfConvolution } from '@synaprune/refit';
import type { Layer, LayerBias } from './layer.js';

/**
 * A convolution of any number of spatial axes.
 *
 * @param shape of the kernel, `[outputs, channels / groups, …spatial]`
 */
export function convolutionLayer(
  tensor: string,
  node: NodeProto,
  shape: readonly number[],
  bias: LayerBias | undefined,
): Layer {
  const attributes = readAttributes(node.attribute);
  const groups = numberAt(attributes, 'group', 1);
  const kernel = shape.slice(2);
  const ones = kernel.map(() => 1);
  const strides = listAt(attributes, 'strides') ?? ones;
  const dilations = listAt(attributes, 'dilations') ?? ones;
  const rows = shape[0]! / groups;
  const features = shape.slice(1).reduce((product, edge) => product * edge, 1);
  const padsOf = (spatial: readonly number[]): readonly number[] => {
    const mode = textAt(attributes, 'auto_pad', 'NOTSET');
    if (mode === 'NOTSET') return listAt(attributes, 'pads') ?? [...ones, ...ones].map(() => 0);
    if (mode === 'VALID') return [...ones, ...ones].map(() => 0);
    const all = spatial.map((edge, axis) => {
      const count = Math.ceil(edge / strides[axis]!);
      return Math.max(0, (count - 1) * strides[axis]! + (kernel[axis]! - 1) * dilations[axis]! + 1 - edge);
    });
    const less = all.map((pad) => Math.floor(pad / 2));
    const more = all.map((pad) => Math.ceil(pad / 2));
    return mode === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
  };
  return {
    tensor,
    node,
    parts: groups,
    rows,
    features,
    reads: { value: node.input[0]! },
    ...(bias === undefined ? {} : { bias }),
    indexOf: (part, row, feature) => (part * rows + row) * features + feature,
    countOf(dims) {
      const spatial = dims.slice(2);
      const pads = padsOf(spatial);
      const counts = spatial.map((edge, axis) => {
        const span = (kernel[axis]! - 1) * dilations[axis]! + 1;
        return Math.floor((edge + pads[axis]! + pads[axis + spatial.length]! - span) / strides[axis]!) + 1;
      });
      return counts.reduce((product, count) => product * count, dims[0]!);
    },
    columnsOf({ data, dims }, most) {
      // All groups at once: their columns lie side by side.
      const { columns, samples } = columnsOfConvolution({
        input: data,
        shape: dims,
        kernel,
        strides,
        dilations,
        pads: padsOf(dims.slice(2)),
        positions: most,
      });
      if (groups === 1) return [columns];
      const width = groups * features;
      return Array.from({ length: groups }, (_, part) => {
        const own = new Float32Array(samples * features);
        for (let sample = 0; sample < samples; sample += 1) {
          const from = sample * width + part * features;
          for (let i = 0; i < features; i += 1) own[sample * features + i] = columns[from + i]!;
        }
        return own;
      });
    },
  };
}
