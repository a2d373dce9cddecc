import type { FieldValue, Table } from '../format/decode.js';
import { tableOf, tablesOf } from '../format/fields.js';
import { builtinOptions } from '../format/schema/options.js';
import { type DataType, typeNumber } from './element-type.js';
import type { Model } from './model.js';
import { operatorCode } from './operator-names.js';

/** A tensor that is put in. */
export interface NewTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: DataType;
  /** Its data; none for what is computed. */
  readonly data?: ArrayBufferView;
  readonly more?: Table;
}

/** An operator that is put in: its number in the schema's list of versions, inputs and outputs, and what it is told. */
export interface NewOperator {
  readonly op: string;
  readonly version: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: string;
  readonly settings?: Table;
}

/** One subgraph of a {@link Draft}. Tensors keep their numbers, since signatures refer to them; new ones come behind. */
export interface GraphDraft {
  tensor(index: number): Table;
  changeTensor(index: number, fields: Table): void;
  /** @returns its number */
  addTensor(tensor: NewTensor): number;
  /** Whole numbers as a tensor of int32. @returns its number */
  addWholes(name: string, shape: readonly number[], values: readonly number[]): number;
  /** Other inputs, options and so on, of an operator of the model by its number there. */
  changeOperator(index: number, fields: Table): void;
  /** Puts an operator in another's place, with its outputs. */
  replaceOperator(index: number, operator: NewOperator): void;
  /** Puts an operator before one of the model's, behind what was put there before. */
  insertBefore(index: number, operator: NewOperator): void;
}

/** A model while it is changed. What it was made of is not. */
export interface Draft {
  readonly graphs: readonly GraphDraft[];
  /** The data of a buffer that is there. */
  changeBuffer(index: number, data: Uint8Array): void;
  /** The tables of what it has become. */
  finish(): Table;
}

/** @param model without anything that is not known: see `Model.unknown` */
export function createDraft({ root, graphs }: Model): Draft {
  const buffers = [...tablesOf(root, 'buffers')];
  const codes = [...tablesOf(root, 'operatorCodes')];
  const opcodes = new Map<string, number>();
  const numberOfCode = (op: string, version: number): number => {
    const key = `${op} ${version}`;
    const known = opcodes.get(key);
    if (known !== undefined) return known;
    codes.push(operatorCode(op, version));
    opcodes.set(key, codes.length - 1);
    return codes.length - 1;
  };
  const tableOfOperator = ({ op, version, inputs, outputs, options, settings = {} }: NewOperator): Table => ({
    opcodeIndex: numberOfCode(op, version),
    inputs: Int32Array.from(inputs),
    outputs: Int32Array.from(outputs),
    optionsType: Object.keys(builtinOptions).indexOf(options) + 1,
    options: settings,
  });
  const made = graphs.map((graph) => {
    const tensors = graph.tensors.map(({ table }) => table);
    const operators = graph.operators.map(({ table }) => table);
    const before = new Map<number, Table[]>();
    const addTensor = ({ name, shape, type, data, more = {} }: NewTensor): number => {
      let buffer = 0;
      if (data !== undefined) {
        buffer = buffers.length;
        buffers.push({ data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
      }
      tensors.push({
        name,
        shape: Int32Array.from(shape),
        type: typeNumber(type),
        buffer,
        hasRank: 1,
        ...more,
      });
      return tensors.length - 1;
    };
    const draft: GraphDraft = {
      tensor: (index) => tensors[index]!,
      changeTensor: (index, fields) => {
        tensors[index] = merged(tensors[index]!, fields);
      },
      addTensor,
      addWholes: (name, shape, values) =>
        addTensor({ name, shape, type: 'int32', data: Int32Array.from(values) }),
      changeOperator: (index, fields) => {
        operators[index] = merged(operators[index]!, fields);
      },
      replaceOperator: (index, operator) => {
        operators[index] = tableOfOperator(operator);
      },
      insertBefore: (index, operator) => {
        before.set(index, [...(before.get(index) ?? []), tableOfOperator(operator)]);
      },
    };
    const finish = (): Table =>
      merged(graph.table, {
        tensors,
        operators: operators.flatMap((table, i) => [...(before.get(i) ?? []), table]),
      });
    return { draft, finish };
  });
  return {
    graphs: made.map(({ draft }) => draft),
    changeBuffer: (index, data) => {
      buffers[index] = merged(buffers[index]!, { data });
    },
    finish: () =>
      merged(root, { buffers, operatorCodes: codes, subgraphs: made.map(({ finish }) => finish()) }),
  };
}

/** Options of an operator with some of them changed. */
export function changedOptions(operator: Table, fields: Table): FieldValue {
  return merged(tableOf(operator, 'options') ?? {}, fields);
}

/** Fields over others; one that is `undefined` goes. */
function merged(table: Table, fields: Table): Table {
  const entries = Object.entries({ ...table, ...fields }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}
