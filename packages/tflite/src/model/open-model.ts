import { describe, quote } from '@synaprune/core/checks';
import { badModel } from '../format/bad-model.js';
import { type Decoded, decode, type Table } from '../format/decode.js';
import { numberOf, tableOf, tablesOf, textOf, wholesOf } from '../format/fields.js';
import { bytesOf, typeOf } from './element-type.js';
import type { Graph, Model, Operator, Tensor } from './model.js';
import { operatorName } from './operator-names.js';
import { readQuantisation } from './quantisation.js';
import { requireApart } from './require-apart.js';

/** The one version of the schema. */
const VERSION = 3;
/** Most axes of a tensor that is looked at; runtimes take 8 at most. */
const MOST_AXES = 64;

/**
 * Reads a file and checks that whatever refers to something refers to what is there. Nothing large is copied.
 *
 * @throws TypeError when it is no `Uint8Array`
 * @throws PruneError `bad-model`
 */
export function openModel(caller: string, bytes: Uint8Array): Model {
  if (!(bytes instanceof Uint8Array)) {
    const hint =
      Object.prototype.toString.call(bytes) === '[object ArrayBuffer]' ? '; pass new Uint8Array(buffer)' : '';
    throw new TypeError(
      `${caller} needs the bytes of a .tflite as a Uint8Array, got ${describe(bytes)}${hint}`,
    );
  }
  const { root, unknown, structure } = decode(bytes);
  const version = numberOf(root, 'version');
  if (version !== VERSION) throw badModel(`the schema needs to be version ${VERSION}, got ${version}`);
  const buffers = tablesOf(root, 'buffers').map((table, i) => readBuffer(bytes, table, i));
  const codes = tablesOf(root, 'operatorCodes');
  const graphs = tablesOf(root, 'subgraphs').map((table, i) => readGraph(table, i, buffers, codes));
  requireApart(bytes, graphs, structure);
  return { bytes, graphs, root, unknown, trailing: trailingBytes(bytes, root, structure) };
}

/** Bytes that nothing refers to, at the end; zeros that fill it up are none. */
function trailingBytes(bytes: Uint8Array, root: Table, structure: Decoded['structure']): number {
  let end = 0;
  for (const [, to] of structure) if (to > end) end = to;
  for (const { data } of tablesOf(root, 'buffers')) {
    if (data instanceof Uint8Array) end = Math.max(end, data.byteOffset - bytes.byteOffset + data.length);
  }
  const rest = bytes.subarray(end);
  return rest.some((byte) => byte !== 0) ? rest.length : 0;
}

/** Data of a buffer, or why it cannot be looked at. */
type BufferData = Uint8Array | string | undefined;

/** Files beyond 2 GiB keep data behind the flatbuffer, and say where, counted from the start of the file. */
function readBuffer(bytes: Uint8Array, table: Table, i: number): BufferData {
  const [offset, size] = [table.offset ?? 0n, table.size ?? 0n].map(Number) as [number, number];
  if (offset > 1) {
    if (offset + size > bytes.length) {
      throw badModel(`buffer ${i} needs ${size} bytes from byte ${offset}, and the file has ${bytes.length}`);
    }
    return bytes.subarray(offset, offset + size);
  }
  const data = table.data;
  return data instanceof Uint8Array && data.length > 0 ? data : undefined;
}

function readGraph(
  table: Table,
  index: number,
  buffers: readonly BufferData[],
  codes: readonly Table[],
): Graph {
  const name = textOf(table, 'name') || String(index);
  const where = `subgraph ${quote(name)}`;
  const tensors = tablesOf(table, 'tensors').map((each, i) => readTensor(each, i, buffers, where));
  const within = (list: readonly number[], least: number, what: string): readonly number[] => {
    const wrong = list.find((i) => i < least || i >= tensors.length);
    if (wrong === undefined) return list;
    throw badModel(`${what} of ${where} refers to tensor ${wrong}, and there are ${tensors.length}`);
  };
  const operators = tablesOf(table, 'operators').map((each, i): Operator => {
    const number = numberOf(each, 'opcodeIndex');
    const code = codes[number];
    if (code === undefined) {
      throw badModel(`operator ${i} of ${where} is of kind ${number}, and there are ${codes.length}`);
    }
    const op = operatorName(
      numberOf(code, 'deprecatedCode'),
      numberOf(code, 'code'),
      textOf(code, 'customCode'),
    );
    return {
      index: i,
      op,
      version: numberOf(code, 'version', 1),
      inputs: within(wholesOf(each, 'inputs'), -1, op),
      outputs: within(wholesOf(each, 'outputs'), 0, op),
      options: tableOf(each, 'options') ?? {},
      table: each,
    };
  });
  return {
    index,
    name,
    tensors,
    operators,
    inputs: within(wholesOf(table, 'inputs'), 0, 'the inputs'),
    outputs: within(wholesOf(table, 'outputs'), 0, 'the outputs'),
    table,
  };
}

function readTensor(table: Table, index: number, buffers: readonly BufferData[], where: string): Tensor {
  const name = textOf(table, 'name');
  const shape = wholesOf(table, 'shape');
  const what = `tensor ${quote(name || String(index))} of ${where}`;
  if (shape.length > MOST_AXES) throw badModel(`${what} has ${shape.length} axes; the most is ${MOST_AXES}`);
  const elements = shape.includes(0) ? 0 : shape.reduce((product, edge) => product * edge, 1);
  const type = typeOf(numberOf(table, 'type'));
  const number = numberOf(table, 'buffer');
  if (number >= buffers.length && number > 0) {
    throw badModel(`${what} has its data in buffer ${number}, and there are ${buffers.length}`);
  }
  const found = buffers[number];
  const sparse = table.sparsity !== undefined;
  const external = numberOf(table, 'externalBuffer') > 0;
  const data = found instanceof Uint8Array && !external ? found : undefined;
  if (data !== undefined && !sparse) {
    const needed = bytesOf(type, elements);
    if (shape.some((edge) => edge < 0) || !Number.isSafeInteger(elements)) {
      throw badModel(`${what} has data and needs a shape of whole numbers from 0 on, got [${shape.join()}]`);
    }
    // A half byte may have a whole one.
    if (needed !== undefined && data.length !== needed && type !== 'int4' && type !== 'int2') {
      throw badModel(`${what} [${shape.join()}] of ${type} needs ${needed} bytes, got ${data.length}`);
    }
  }
  return {
    index,
    name,
    shape,
    elements,
    type,
    data,
    outside: external ? 'in another file' : undefined,
    quantisation: readQuantisation(table, shape),
    sparse,
    table,
  };
}
