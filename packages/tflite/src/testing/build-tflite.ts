import type { Table } from '../format/decode.js';
import { encode } from '../format/encode.js';
import { builtinOptions } from '../format/schema/options.js';
import { type DataType, typeNumber } from '../model/element-type.js';
import { operatorCode } from '../model/operator-names.js';

/** A tensor of a model that is built: without data what is computed. */
export interface BuiltTensor {
  readonly shape: readonly number[];
  readonly type?: DataType;
  readonly data?: ArrayBufferView;
  /** The name of another tensor, whose data it has too. */
  readonly dataOf?: string;
  readonly quantization?: Table;
  readonly more?: Table;
}

/** An operator: name, inputs (empty for one that is left out), outputs, options and their table. */
export type BuiltOperator = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  optionsTable?: string,
  options?: Table,
];

export interface BuiltGraph {
  readonly tensors: Readonly<Record<string, BuiltTensor>>;
  readonly operators: readonly BuiltOperator[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
}

/** A model of few operators, as tests need them. */
export function buildTflite(
  graphs: BuiltGraph | readonly BuiltGraph[],
  more: Table = {},
): Uint8Array<ArrayBuffer> {
  return encode(buildRoot(graphs, more));
}

/** The tables of such a model. */
export function buildRoot(graphs: BuiltGraph | readonly BuiltGraph[], more: Table = {}): Table {
  const list: readonly BuiltGraph[] = Array.isArray(graphs) ? graphs : [graphs as BuiltGraph];
  const ops = [...new Set(list.flatMap(({ operators }) => operators.map(([op]) => op)))];
  const buffers: Table[] = [{}];
  const subgraphs = list.map(({ tensors, operators, inputs, outputs, name = 'main' }): Table => {
    const names = Object.keys(tensors);
    const indices = (of: readonly string[]) => Int32Array.from(of, (each) => names.indexOf(each));
    const placed = new Map<string, number>();
    return {
      name,
      inputs: indices(inputs),
      outputs: indices(outputs),
      tensors: Object.entries(tensors).map(
        ([tensor, { shape, type = 'float32', data, dataOf, quantization, more = {} }]) => {
          let buffer = dataOf === undefined ? 0 : placed.get(dataOf)!;
          if (data !== undefined) {
            buffer = buffers.length;
            buffers.push({ data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
            placed.set(tensor, buffer);
          }
          return {
            name: tensor,
            shape: Int32Array.from(shape),
            type: typeNumber(type),
            buffer,
            ...(quantization === undefined ? {} : { quantization }),
            ...more,
          };
        },
      ),
      operators: operators.map(([op, from, to, table, options = {}]) => ({
        opcodeIndex: ops.indexOf(op),
        inputs: indices(from),
        outputs: indices(to),
        ...(table === undefined
          ? {}
          : { optionsType: Object.keys(builtinOptions).indexOf(table) + 1, options }),
      })),
    };
  });
  return {
    version: 3,
    operatorCodes: ops.map((op) => operatorCode(op, 1)),
    subgraphs,
    description: 'built for a test',
    buffers,
    ...more,
  };
}
