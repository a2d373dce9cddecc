import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import {
  badModel,
  endOfVarint,
  forEachField,
  lowVarint,
  readText,
  type Span,
  showPlace,
  signedVarint,
} from '../bytes/wire.js';
import { type DataType, factsOfCode, type TypedField, type TypeFacts } from '../elements/element-type.js';
import { MOST_AXES } from '../elements/kind.js';
import type { Storage, TensorView } from './model-view.js';

/** What is read of `TensorProto`, by field number. */
const DIMS = 1;
const DATA_TYPE = 2;
const SEGMENT = 3;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const TYPED: ReadonlyMap<number, TypedField> = new Map([
  [4, 'floatData'],
  [5, 'int32Data'],
  [6, 'stringData'],
  [7, 'int64Data'],
  [10, 'doubleData'],
  [11, 'uint64Data'],
]);

interface Draft {
  name: string;
  dims: bigint[];
  code: number;
  raw: Span | undefined;
  /** By field; most tensors have none. */
  typed: Map<TypedField, Span[]> | undefined;
  external: Map<string, string> | undefined;
  isExternal: boolean;
}

/**
 * Reads a `TensorProto` and checks that its data has the length that its shape needs. What it claims allocates
 * nothing.
 *
 * @param place of what holds it
 * @throws PruneError `bad-model`
 */
export function readTensor(bytes: Uint8Array, span: Span, place: string): TensorView {
  const draft = readDraft(bytes, span, place);
  const at = `${place}/${draft.name || '(no name)'}`;
  const type = factsOfCode(draft.code);
  const shape = checkShape(draft.dims, at);
  const elements = shape.reduce((product, edge) => product * edge, 1);
  const storage = checkStorage(bytes, draft, type, { place: at, elements });
  return { name: draft.name, place: at, span, shape, elements, type, storage };
}

function readDraft(bytes: Uint8Array, span: Span, place: string): Draft {
  const draft: Draft = {
    name: '',
    dims: [],
    code: 0,
    raw: undefined,
    typed: undefined,
    external: undefined,
    isExternal: false,
  };
  forEachField(bytes, span, `a tensor of ${place}`, (field, wire, start, end) => {
    if (field === DIMS && (wire === 0 || wire === 2)) readDims(bytes, { start, end }, draft, place);
    else if (field === DATA_TYPE && wire === 0) draft.code = lowVarint(bytes, start, end);
    else if (field === NAME && wire === 2) draft.name = readText(bytes, start, end, `a tensor of ${place}`);
    else if (field === RAW_DATA && wire === 2) {
      if (draft.raw !== undefined) throw badModel(place, `a tensor with raw_data twice, at byte ${start}`);
      draft.raw = { start, end };
    } else if (field === EXTERNAL_DATA && wire === 2) {
      const [key, value] = readEntry(bytes, { start, end }, `a tensor of ${place}`);
      draft.external ??= new Map();
      draft.external.set(key, value);
      draft.isExternal = true;
    } else if (field === DATA_LOCATION && wire === 0) {
      draft.isExternal = lowVarint(bytes, start, end) === 1;
    } else if (field === SEGMENT && wire === 2) {
      throw badModel(place, `a tensor in segments at byte ${start}, which no runtime reads`);
    } else {
      const list = TYPED.get(field);
      if (list === undefined) return;
      draft.typed ??= new Map();
      const spans = draft.typed.get(list) ?? [];
      spans.push({ start, end });
      draft.typed.set(list, spans);
    }
  });
  return draft;
}

function readDims(bytes: Uint8Array, { start, end }: Span, draft: Draft, place: string): void {
  // Packed or not, a field holds varints one behind the other.
  for (let at = start; at < end; ) {
    const next = endOfVarint(bytes, at, end, `a tensor of ${place}`);
    draft.dims.push(signedVarint(bytes, at, next));
    if (draft.dims.length > MOST_AXES) {
      throw badModel(place, `a tensor of more than ${MOST_AXES} dimensions at byte ${at}`);
    }
    at = next;
  }
}

function readEntry(bytes: Uint8Array, span: Span, place: string): [key: string, value: string] {
  let key = '';
  let value = '';
  forEachField(bytes, span, place, (field, wire, start, end) => {
    if (wire !== 2) return;
    if (field === 1) key = readText(bytes, start, end, place);
    if (field === 2) value = readText(bytes, start, end, place);
  });
  return [key, value];
}

/** Dimensions as numbers. Their product is a safe integer, so that it can be counted with. */
export function checkShape(dims: readonly bigint[], place: string): number[] {
  if (dims.some((edge) => edge < 0n)) throw badModel(place, `the shape [${dims}]; no edge may be negative`);
  const elements = dims.reduce((product, edge) => product * edge, 1n);
  // An edge of 0 would hide the others in the product.
  if (elements > MOST_ELEMENTS || dims.some((edge) => edge > MOST_ELEMENTS)) {
    throw badModel(place, `the shape [${dims}], more elements than can be counted`);
  }
  return dims.map(Number);
}

const MOST_ELEMENTS = 2n ** 48n;

function checkStorage(
  bytes: Uint8Array,
  draft: Draft,
  type: TypeFacts<DataType>,
  { place, elements }: { readonly place: string; readonly elements: number },
): Storage {
  if (draft.isExternal) return { kind: 'external', entries: draft.external ?? new Map() };
  const needed = Math.ceil((elements * type.bits) / 8);
  const typed = (type.field && draft.typed?.get(type.field)) ?? [];
  if (draft.raw !== undefined && typed.length > 0) {
    throw badModel(place, 'both raw_data and typed data; needed is one of them');
  }
  if (draft.raw !== undefined) {
    const size = draft.raw.end - draft.raw.start;
    if (type.bits > 0 && size !== needed) {
      throw badModel(place, `${size} bytes of raw_data; ${elements} elements of ${type.name} need ${needed}`);
    }
    return { kind: 'raw', span: draft.raw };
  }
  if (type.bits === 0) return { kind: 'typed', spans: typed };
  const counted = countTyped(bytes, typed, type, place);
  // Half-byte types have one value for two elements, complex ones two for one.
  const values = type.bits < 8 ? needed : type.name.startsWith('complex') ? elements * 2 : elements;
  if (counted !== values) {
    throw badModel(place, `${counted} values; ${elements} elements of ${type.name} need ${values}`);
  }
  return elements === 0 ? { kind: 'none' } : { kind: 'typed', spans: typed };
}

/** Bytes of a value in the fields that hold numbers of one size; the others hold varints. */
export function fixedBytes(field: TypedField | undefined): 4 | 8 | undefined {
  return field === 'floatData' ? 4 : field === 'doubleData' ? 8 : undefined;
}

function countTyped(
  bytes: Uint8Array,
  spans: readonly Span[],
  type: TypeFacts<DataType>,
  place: string,
): number {
  const fixed = fixedBytes(type.field);
  let count = 0;
  for (const { start, end } of spans) {
    if (fixed !== undefined) {
      if ((end - start) % fixed !== 0) throw badModel(place, `a part of a number at byte ${end}`);
      count += (end - start) / fixed;
    } else {
      for (let at = start; at < end; count += 1) at = endOfVarint(bytes, at, end, place);
    }
  }
  return count;
}

/**
 * Reads a `SparseTensorProto`: the shape is that of the whole, `storage` that of what is not zero.
 *
 * @throws PruneError `bad-model`
 */
export function readSparseTensor(bytes: Uint8Array, span: Span, place: string): TensorView {
  let values: TensorView | undefined;
  let indices: TensorView | undefined;
  const holder = { dims: [] as bigint[] } as Draft;
  forEachField(bytes, span, `a sparse tensor of ${place}`, (field, wire, start, end) => {
    if (field === 1 && wire === 2) values = readTensor(bytes, { start, end }, place);
    if (field === 2 && wire === 2) indices = readTensor(bytes, { start, end }, place);
    if (field === 3 && (wire === 0 || wire === 2)) readDims(bytes, { start, end }, holder, place);
  });
  if (indices?.storage.kind === 'external') {
    throw badModel(indices.place, 'the indices of a sparse tensor in another file, which no runtime reads');
  }
  if (values === undefined) throw badModel(place, `a sparse tensor without values at byte ${span.start}`);
  const shape = checkShape(holder.dims, values.place);
  const elements = shape.reduce((product, edge) => product * edge, 1);
  const nonZeros = values.elements;
  const [rows = 0, axes] = indices?.shape ?? [];
  const fits = rows === nonZeros && (axes === undefined || axes === shape.length);
  if (!fits || nonZeros > elements) {
    throw badModel(
      values.place,
      `${nonZeros} values at indices of shape [${indices?.shape ?? ''}] in a tensor of shape [${shape}]`,
    );
  }
  return { ...values, shape, elements, nonZeros };
}

/** The external-data error for readers of bytes, which have no folder to look in. */
export function externalDataError({ place, storage }: TensorView): PruneError {
  const location = storage.kind === 'external' ? (storage.entries.get('location') ?? '') : '';
  return new PruneError(
    'external-data',
    `${showPlace(place)} has its data in ${quote(location)}, which a model given as bytes cannot reach; ` +
      `give the bytes of the file as well, externalData: { ${quote(location)}: bytes }; or put them into the model, ` +
      "with embedExternalData; or call pruneOnnxFile(path, { externalData: true, … }) from '@synaprune/onnx/node'",
  );
}
