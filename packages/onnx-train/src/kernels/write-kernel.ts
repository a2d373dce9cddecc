import type { GraphNode, Value } from '@synaprune/onnx/graph';
import type { UpdateProgram } from './update-program.js';
import { signed, unsigned, type WasmFunction } from './wasm-module.js';

/** How many elements a call takes at most: a dozen arrays of them stay in a core's cache. */
export const BLOCK_ELEMENTS = 4096;
/** The first block of memory holds the scalars. */
const BLOCK_BYTES = BLOCK_ELEMENTS * 4;

/** Where arrays, masks and results lie: block after block, the scalars in the first. */
export function blockOf(index: number): number {
  return (index + 1) * BLOCK_BYTES;
}

const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
const getLocal = (index: number): number[] => [0x20, ...unsigned(index)];
const setLocal = (index: number): number[] => [0x21, ...unsigned(index)];
const integer = (value: number): number[] => [0x41, ...signed(value)];
const memoryAt = (align: number, offset: number): number[] => [align, ...unsigned(offset)];

const VECTORS: Readonly<Record<string, number>> = {
  Sqrt: 0xe3,
  Add: 0xe4,
  Sub: 0xe5,
  Mul: 0xe6,
  Div: 0xe7,
  Max: 0xe9,
};

/**
 * A program as a function of WebAssembly, four elements at a time: how many there are is its parameter. It reads scalars
 * one after another from 0, then a block for each array, each mask (bytes) and each result.
 */
export function writeKernel(name: string, program: UpdateProgram): WasmFunction {
  const { nodes, arrays, masks, scalars, results } = program;
  const [count, offset] = [0, 1];
  const locals = new Map<Value, number>();
  const numbers = new Map<number, number>();
  let vectors = 0;
  const newLocal = () => {
    vectors += 1;
    return offset + vectors;
  };
  const before: number[] = [];
  for (const [index, scalar] of scalars.entries()) {
    const local = newLocal();
    locals.set(scalar, local);
    before.push(...integer(0), ...simd(9), ...memoryAt(2, index * 4), ...setLocal(local));
  }
  const code: number[] = [];
  const load = (value: Value, bytes: readonly number[]) => {
    const local = newLocal();
    locals.set(value, local);
    code.push(...bytes, ...setLocal(local));
  };
  for (const [index, array] of arrays.entries()) {
    load(array, [...getLocal(offset), ...simd(0), ...memoryAt(4, blockOf(index))]);
  }
  for (const [index, mask] of masks.entries()) {
    const at = memoryAt(2, blockOf(arrays.length + index));
    // Four bytes, each widened to 32 bits: all ones where it is not 0.
    const widened = [...simd(0x5c), ...at, ...simd(0x89), ...simd(0xa9)];
    load(mask, [...getLocal(offset), ...integer(2), 0x76, ...widened, ...zero(), ...simd(0x38)]);
  }
  const localOf = (value: Value): number => {
    const known = locals.get(value);
    if (known !== undefined) return known;
    const number = value.constant!.numbers()[0]!;
    const key = bitsOf(number);
    const local = numbers.get(key) ?? newLocal();
    if (!numbers.has(key)) before.push(...constant(key), ...setLocal(local));
    numbers.set(key, local);
    return local;
  };
  for (const node of nodes) load(node.outputs[0]!, compute(node, localOf));
  for (const [index, result] of results.entries()) {
    const at = memoryAt(4, blockOf(arrays.length + masks.length + index));
    code.push(...getLocal(offset), ...getLocal(locals.get(result)!), ...simd(11), ...at);
  }
  const loop = [
    ...[0x03, 0x40],
    ...code,
    ...[...getLocal(offset), ...integer(16), 0x6a, 0x22, offset],
    ...[...getLocal(count), ...integer(2), 0x74, 0x49],
    ...[0x0d, 0, 0x0b],
  ];
  return { name, integers: 1, vectors, code: [...before, ...loop] };
}

function compute({ op, inputs }: GraphNode, localOf: (value: Value) => number): number[] {
  const [first, second, third] = inputs.map((input) => getLocal(localOf(input!)));
  // A choice takes its bits from the first where the last has ones.
  if (op === 'Where') return [...second!, ...third!, ...first!, ...simd(0x52)];
  return [...first!, ...(second ?? []), ...simd(VECTORS[op]!)];
}

function bitsOf(number: number): number {
  return new Uint32Array(Float32Array.of(number).buffer)[0]!;
}

function constant(bits: number): number[] {
  const bytes = [bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24];
  return [...simd(12), ...bytes, ...bytes, ...bytes, ...bytes];
}

const zero = () => constant(0);
