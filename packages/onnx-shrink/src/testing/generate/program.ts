import type {
  AttributeParts,
  Declared,
  ElementType,
  FunctionParts,
  GraphParts,
  ModelParts,
  NodeParts,
  TensorParts,
} from '@synaprune/onnx/graph';
import { createRandom, type Random } from './random.js';

/** A value of a program: what it is when the model runs, and what the file leaves open of it. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of every axis, whether the file says no number for it. */
  readonly open: readonly boolean[];
  /** The axis of the channels: 1 of images and vectors, 2 of sequences. */
  readonly channels: number;
}

/** An input of a generated model, with what to feed it. */
export interface GeneratedInput {
  readonly name: string;
  readonly type: 'float32' | 'int64' | 'bool';
  readonly shape: readonly number[];
  /** The largest index plus one, of an int64 input; the step between its values, of a float32 one that is to be exact. */
  readonly limit?: number;
  readonly grain?: number;
}

interface Scope {
  readonly tensors: Record<string, TensorParts>;
  readonly nodes: NodeParts[];
}

/** A model that grows node by node. */
export interface Program {
  /** Draws of the present step. */
  random: Random;
  /** What names of new nodes and tensors begin with: the kind of block that the present step appends. */
  label: string;
  readonly opset: number;
  readonly inputs: readonly GeneratedInput[];
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeParts>>,
    outputs?: number,
  ): readonly string[];
  /** A constant of the file, as an initializer or a `Constant`; standard normal times `scale` unless it is told. */
  tensor(
    shape: readonly number[],
    data?: readonly number[] | { readonly scale: number; readonly shift?: number },
    type?: ElementType,
  ): Value;
  integers(numbers: readonly number[]): string;
  input(declared: Declared, input: Omit<GeneratedInput, 'name'>): string;
  /** The graph of a branch: what `build` adds, and the value that it returns. */
  branch(build: () => Value): GraphParts;
  define(key: string, parts: FunctionParts): void;
  model(outputs: readonly string[]): ModelParts;
}

/** An empty program of a version of the standard operators. */
export function createProgram(seed: number, opset: number): Program {
  const declared: Record<string, Declared> = {};
  const inputs: GeneratedInput[] = [];
  const functions: Record<string, FunctionParts> = {};
  const outer: Scope = { tensors: {}, nodes: [] };
  const scopes: Scope[] = [outer];
  const merged = new Map<string, Value>();
  let count = 0;
  const fresh = (kind: string) => `${program.label}.${kind}.${count++}`;
  const scope = () => scopes.at(-1)!;

  const program: Program = {
    random: createRandom(seed),
    label: 'start',
    opset,
    inputs,
    node(op, names, attributes = {}, outputs = 1) {
      const base = fresh(op.slice(op.lastIndexOf(':') + 1).toLowerCase());
      const results = Array.from({ length: outputs }, (_, i) => (i === 0 ? base : `${base}:${i}`));
      scope().nodes.push([op, names, results, attributes, `${base}/node`]);
      return results;
    },
    tensor(shape, data = { scale: 1 }, type = 'float32') {
      const length = shape.reduce((product, edge) => product * edge, 1);
      // Optimisers merge equal constants, so that far-off nodes read one.
      const key = 'scale' in data || length > 1 ? undefined : `${type} ${shape} ${data}`;
      const known = key === undefined ? undefined : merged.get(key);
      if (known !== undefined && program.random.chance(0.5)) return known;
      const name = fresh('tensor');
      const elements =
        'scale' in data
          ? Array.from({ length }, () => program.random.normal() * data.scale + (data.shift ?? 0))
          : data;
      const parts: TensorParts = { shape, data: elements, type };
      if (program.random.chance(0.15)) {
        scope().nodes.push(['Constant', [], [name], { value: { tensor: parts } }, `${name}/node`]);
      } else {
        scope().tensors[name] = parts;
      }
      const value = { name, shape, open: shape.map(() => false), channels: shape.length - 1 };
      if (key !== undefined && scopes.length === 1) merged.set(key, value);
      return value;
    },
    integers: (numbers) => program.tensor([numbers.length], numbers, 'int64').name,
    input(what, input) {
      const name = fresh('input');
      declared[name] = what;
      inputs.push({ name, ...input });
      return name;
    },
    branch(build) {
      const inner: Scope = { tensors: {}, nodes: [] };
      scopes.push(inner);
      const { name } = build();
      scopes.pop();
      // What a branch gives is its own, never a value from outside.
      const result = fresh('branch');
      inner.nodes.push(['Identity', [name], [result], {}, `${result}/node`]);
      return { tensors: inner.tensors, nodes: inner.nodes, outputs: [result] };
    },
    define(key, parts) {
      functions[key] = parts;
    },
    model: (outputs) => ({
      inputs: declared,
      tensors: outer.tensors,
      nodes: outer.nodes,
      outputs,
      functions,
      opset,
    }),
  };
  return program;
}
