import { PruneError } from '@synaprune/core';
import { type Field, fieldsOf, varintsOf } from './onnx-fields.js';
import { CODINGS, type Source, type Span } from './source.js';

/** Messages that hold tensors, however deep: by the number of the field, what it holds. */
const MESSAGES = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
} as const satisfies Readonly<Record<string, Readonly<Record<number, string>>>>;

type Held = keyof typeof MESSAGES | 'tensor';

/** By `data_type`: how elements in `raw_data` are written, and the field of floats that are not. */
const TYPES: Readonly<Record<number, { readonly coding: number; readonly field?: number }>> = {
  1: { coding: CODINGS.float32, field: 4 },
  2: { coding: CODINGS.bytes },
  3: { coding: CODINGS.bytes },
  4: { coding: CODINGS.words },
  5: { coding: CODINGS.words },
  6: { coding: CODINGS.doubleWords },
  7: { coding: CODINGS.quadWords },
  9: { coding: CODINGS.bytes },
  10: { coding: CODINGS.float16 },
  11: { coding: CODINGS.float64, field: 10 },
  12: { coding: CODINGS.doubleWords },
  13: { coding: CODINGS.quadWords },
  16: { coding: CODINGS.float16 },
};

/** Messages inside messages; readers of protocol buffers stop at 100. */
const DEEPEST = 100;

/**
 * The bytes of an ONNX model, and where among them its tensors are. What lies in files beside it stays there.
 *
 * @throws PruneError `bad-model` when it is none
 */
export function onnxSource(caller: string, bytes: Uint8Array): Source {
  const spans: Span[] = [];
  const walk = (
    message: keyof typeof MESSAGES,
    start: number,
    end: number,
    depth: number,
    name = '',
  ): void => {
    const fields = (depth < DEEPEST && fieldsOf(bytes, start, end)) || [];
    const holds: Readonly<Record<number, Held>> = MESSAGES[message];
    // A constant is called by what the node around it makes.
    const own = message === 'node' ? textOf(bytes, fields, 2) : name;
    for (const field of fields) {
      const held = field.wire === 2 ? holds[field.number] : undefined;
      if (held === 'tensor') spans.push(...tensorSpans(bytes, field, own));
      else if (held !== undefined) walk(held, field.start, field.end, depth + 1, own);
    }
  };
  const graphs = fieldsOf(bytes, 0, bytes.length)?.filter(({ number, wire }) => number === 7 && wire === 2);
  if (graphs === undefined || graphs.length === 0) {
    throw new PruneError(
      'bad-model',
      `${caller} needs the bytes of an ONNX model, got bytes without a graph`,
    );
  }
  walk('model', 0, bytes.length, 0);
  return { kind: 'onnx', head: '{"kind":"onnx"}', buffers: [bytes], spans };
}

/** Where the elements of a tensor lie: in `raw_data`, or in a field of packed floats. */
function tensorSpans(bytes: Uint8Array, { start, end }: Field, around: string): readonly Span[] {
  const fields = fieldsOf(bytes, start, end) ?? [];
  const type = TYPES[fields.findLast(({ number }) => number === 2)?.value ?? 0];
  if (type === undefined) return [];
  const name = textOf(bytes, fields, 8) || around;
  // Lengths stand in a field each, or packed into one.
  const shape = fields.flatMap((field) => {
    if (field.number !== 1) return [];
    return field.wire === 2 ? varintsOf(bytes, field.start, field.end) : [field.value];
  });
  return fields
    .filter(({ number, wire }) => wire === 2 && (number === 9 || number === type.field))
    .map((data) => {
      const length = data.end - data.start;
      return { name, shape, coding: type.coding, offset: data.start, length };
    });
}

/** The text of the first field of that number; empty where there is none. */
function textOf(bytes: Uint8Array, fields: readonly Field[], number: number): string {
  const field = fields.find((each) => each.number === number && each.wire === 2);
  return field === undefined ? '' : new TextDecoder().decode(bytes.slice(field.start, field.end));
}
