import { numberOf } from '../format/fields.js';
import { changedOptions, type Draft, type GraphDraft } from '../model/draft.js';
import type { Graph, Tensor } from '../model/model.js';
import type { PaddingPlan } from './plan-paddings.js';

/** `padding` of a window that writes its zeros out. */
const VALID = 1;

/** Writes the zeros of a plan out, and turns round what it says. */
export function applyPaddings(draft: Draft, graph: Graph, { paddings, mirror }: PaddingPlan): void {
  const own = draft.graphs[graph.index]!;
  const given = mirror === undefined ? undefined : turnInput(own, graph, mirror.input, mirror.axes);
  for (const { node, zeros } of paddings) {
    const { operator, pad } = node;
    const [[top, bottom], [left, right]] = zeros;
    const from = node.reads[0]!;
    const [batch = 1, height = 0, width = 0, channels = 0] = graph.tensors[from]!.shape;
    const name = graph.tensors[operator.outputs[0]!]?.name ?? '';
    const amounts = own.addWholes(`${name}/zeros`, [4, 2], [0, 0, top, bottom, left, right, 0, 0]);
    const shape = [batch, height + top + bottom, width + left + right, channels];
    const type = graph.tensors[from]!.type;
    const wider = own.addTensor({ name: `${name}/padded`, shape, type });
    const source = from === mirror?.input ? given! : from;
    const put = { op: 'PAD', version: 1, inputs: [source, amounts], outputs: [wider], options: 'PadOptions' };
    // A `PAD` that was there has no other reader, and is put in anew.
    if (pad === undefined) own.insertBefore(operator.index, put);
    else own.replaceOperator(pad.index, put);
    own.changeOperator(operator.index, {
      inputs: Int32Array.from(operator.inputs, (each, i) => (i === 0 ? wider : each)),
      options: changedOptions(operator.table, { padding: VALID }),
    });
  }
  for (const filter of mirror?.filters ?? []) {
    draft.changeBuffer(numberOf(filter.table, 'buffer'), turnFilter(filter, mirror!.axes));
  }
}

/** Turns an image round, for all that read it. @returns the number of what it is then */
function turnInput(own: GraphDraft, graph: Graph, input: number, axes: readonly [boolean, boolean]): number {
  const { shape, type, name } = graph.tensors[input]!;
  const first = graph.operators.findIndex(({ inputs }) => inputs.includes(input));
  let given = input;
  for (const axis of [1, 2] as const) {
    if (!axes[axis - 1]) continue;
    const along = own.addWholes(`${name}/axis ${axis}`, [1], [axis]);
    const made = own.addTensor({ name: `${name}/turned ${axis}`, shape, type });
    own.insertBefore(first, {
      op: 'REVERSE_V2',
      version: 1,
      inputs: [given, along],
      outputs: [made],
      options: 'ReverseV2Options',
    });
    given = made;
  }
  for (const { index, inputs } of graph.operators) {
    if (!inputs.includes(input)) continue;
    own.changeOperator(index, { inputs: Int32Array.from(inputs, (each) => (each === input ? given : each)) });
  }
  return given;
}

/** A filter `[outputs, height, width, inputs]`, or of a depthwise layer, read from the other end along some axes. */
function turnFilter(
  { data, shape, type }: Tensor,
  [vertical, horizontal]: readonly [boolean, boolean],
): Uint8Array<ArrayBuffer> {
  const [outputs = 0, height = 0, width = 0, inputs = 0] = shape;
  const pixel = inputs * (type === 'float16' ? 2 : 4);
  const made = new Uint8Array(data!.length);
  for (let output = 0; output < outputs; output += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const from =
          (output * height + (vertical ? height - 1 - y : y)) * width + (horizontal ? width - 1 - x : x);
        const at = (output * height + y) * width + x;
        made.set(data!.subarray(from * pixel, (from + 1) * pixel), at * pixel);
      }
    }
  }
  return made;
}
