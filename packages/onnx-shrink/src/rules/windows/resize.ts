import { computed, type Dim, holdSome, type KnownSize, sameDim, whyAt } from '@synaprune/axes';
import { frontAxis, listAt, textAt } from '@synaprune/onnx/graph';
import type { NodeCall, NodeEdit, Rule } from '../../follow/node-call.js';
import { readNumbers } from '../numbers.js';

/** What a node says of the axes that it resizes. */
interface Told {
  /** The axes that the lists below speak of. */
  readonly along: readonly number[];
  readonly sizes: readonly (KnownSize | undefined)[] | undefined;
  readonly scales: readonly number[] | undefined;
}

function toldOf(call: NodeCall, rank: number): Told {
  const all = Array.from({ length: rank }, (_, i) => i);
  const along = (listAt(call.attributes, 'axes') ?? all).map((axis) => frontAxis(axis, rank));
  const scalesInput = call.op === 'Upsample' || call.opset < 11 ? 1 : 2;
  const scales = call.has(scalesInput)
    ? readNumbers(call.input(scalesInput))
    : listAt(call.attributes, 'scales');
  const sizes = call.op === 'Resize' && call.opset >= 11 && call.has(3) ? call.sizes(3) : undefined;
  const fits = <Item>(list: readonly Item[] | undefined) =>
    list?.length === along.length ? list : undefined;
  return { along, sizes: fits(sizes), scales: fits(scales) };
}

/** Axes that keep their length go through; those that are resized, or may be, stay. */
export const resize: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const told = toldOf(call, rank);
  const declared = call.declared(0);
  const crops = textAt(call.attributes, 'coordinate_transformation_mode', '') === 'tf_crop_and_resize';
  const stretches = textAt(call.attributes, 'keep_aspect_ratio_policy', 'stretch') === 'stretch';
  const sameAt = (i: number): boolean => {
    if (crops) return false;
    const at = told.along.indexOf(i);
    if (at < 0) return true;
    const { dim } = x.axes[i]!;
    if (told.scales !== undefined) return told.scales[at] === 1;
    const size = told.sizes?.[at];
    if (size !== undefined) return stretches && sameDim(size.dim, dim);
    const stated = declared?.[i];
    return stretches && stated !== undefined && sameDim(stated, dim);
  };
  const why = 'it is resized';
  // Neighbours along an axis go into what comes out.
  const resized = x.axes.map((_, i) => i).filter((i) => !sameAt(i));
  holdSome(call.place, x, resized, why);
  const axes = x.axes.map((axis, i) =>
    resized.includes(i) ? call.axes.held(lengthOf(call, i, told), whyAt(call.place, i, why)) : axis,
  );
  const value = computed(
    axes,
    x.zero.map((zero, i) => zero && !resized.includes(i)),
  );
  const { sizes } = told;
  if (sizes === undefined) return { outputs: [value] };
  return {
    outputs: [value],
    edit: (edit) =>
      correctSizes(
        edit,
        sizes,
        told.along.map((i) => axes[i]!),
      ),
  };
};

function correctSizes(
  edit: NodeEdit,
  sizes: readonly (KnownSize | undefined)[],
  axes: Parameters<NodeEdit['lengthOf']>[0][],
): void {
  const wanted = sizes.map((size, i) => {
    const after = edit.lengthOf(axes[i]!);
    return size !== undefined && typeof after === 'number' ? after : undefined;
  });
  edit.correct(3, sizes, wanted);
}

function lengthOf(call: NodeCall, i: number, { along, sizes, scales }: Told): Dim {
  const at = along.indexOf(i);
  const { dim } = call.input(0).axes[i]!;
  const stretches = textAt(call.attributes, 'keep_aspect_ratio_policy', 'stretch') === 'stretch';
  const size = stretches ? sizes?.[at]?.dim : undefined;
  const scale = scales?.[at];
  const scaled = scale !== undefined && typeof dim === 'number' ? Math.floor(dim * scale) : undefined;
  return size ?? call.declared(0)?.[i] ?? scaled ?? call.open(`size ${i}`);
}
