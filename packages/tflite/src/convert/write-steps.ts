import type { Table } from '../format/decode.js';
import { encode } from '../format/encode.js';
import { builtinOptions } from '../format/schema/options.js';
import { typeNumber } from '../model/element-type.js';
import { operatorCode } from '../model/operator-names.js';
import type { Constant, Step, Value } from './step.js';

/** The bytes of a model of steps. */
export function writeSteps(
  steps: readonly Step[],
  inputs: readonly Value[],
  outputs: readonly Value[],
  name: string,
): Uint8Array<ArrayBuffer> {
  const tensors: Table[] = [];
  const buffers: Table[] = [{}];
  const numbers = new Map<Value | Constant, number>();
  const names = new Set<string>();
  const nameOf = (wanted: string): string => {
    let made = wanted;
    for (let i = 1; names.has(made); i += 1) made = `${wanted}_${i}`;
    names.add(made);
    return made;
  };
  const numberOf = (value: Value | Constant): number => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const data = 'values' in value ? value.values : undefined;
    if (data !== undefined) {
      buffers.push({ data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    }
    tensors.push({
      name: nameOf(value.name),
      shape: Int32Array.from(value.shape),
      type: typeNumber(data instanceof Int32Array ? 'int32' : 'float32'),
      buffer: data === undefined ? 0 : buffers.length - 1,
      hasRank: 1,
    });
    numbers.set(value, tensors.length - 1);
    return tensors.length - 1;
  };
  // What is fed and given keeps its name.
  for (const value of [...inputs, ...outputs]) numberOf(value);
  const codes: string[] = [];
  const operators = steps.flatMap(expanded).map((step): Table => {
    const { op, reads, constants, weighted, gives, options, settings, activation } = step;
    if (!codes.includes(op)) codes.push(op);
    const own = weighted === undefined ? constants : [weighted.kernel, weighted.bias];
    const told = activation === undefined ? settings : { ...settings, activation };
    const table =
      options === '' ? {} : { optionsType: Object.keys(builtinOptions).indexOf(options) + 1, options: told };
    return {
      opcodeIndex: codes.indexOf(op),
      inputs: Int32Array.from([...reads, ...own], numberOf),
      outputs: Int32Array.of(numberOf(gives)),
      ...table,
    };
  });
  const mapOf = (values: readonly Value[]) =>
    values.map((value): Table => ({ name: value.name, tensorIndex: numberOf(value) }));
  return encode({
    version: 3,
    operatorCodes: codes.map((op) => operatorCode(op, versionOf(op))),
    subgraphs: [
      {
        tensors,
        inputs: Int32Array.from(inputs, numberOf),
        outputs: Int32Array.from(outputs, numberOf),
        operators,
        name: 'main',
      },
    ],
    description: `${name || 'a model'} of TensorFlow.js, written by Synaprune`,
    buffers,
    signatures: [
      { signatureKey: 'serving_default', inputs: mapOf(inputs), outputs: mapOf(outputs), subgraphIndex: 0 },
    ],
  });
}

/** A normalisation that no kernel took: a product and a sum. */
function expanded(step: Step): readonly Step[] {
  const { scale, reads, gives } = step;
  if (scale === undefined) return [step];
  const ones = gives.shape.map(() => 1);
  const constant = (what: string, values: Float64Array): Constant => ({
    name: `${gives.name}/${what}`,
    shape: ones.with(-1, values.length),
    values: Float32Array.from(values),
  });
  const between: Value = { name: `${gives.name}/scaled`, shape: gives.shape };
  const each = { settings: {}, activation: 0 };
  return [
    {
      ...each,
      op: 'MUL',
      reads,
      constants: [constant('factors', scale.factors)],
      gives: between,
      options: 'MulOptions',
    },
    {
      ...each,
      op: 'ADD',
      reads: [between],
      constants: [constant('offsets', scale.offsets)],
      gives,
      options: 'AddOptions',
    },
  ];
}

/** The first version of an operator that is as it is used here. */
function versionOf(op: string): number {
  return op === 'FULLY_CONNECTED' ? 5 : 1;
}
