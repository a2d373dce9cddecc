import { type Graph, type GraphNode, type NamedOutput, neededNodes, type Value } from '@synaprune/onnx/graph';
import type { StepKernel, StepKernels } from '../options/training-step.js';
import { type UpdateProgram, updateProgram } from './update-program.js';
import { type WasmFunction, wasmModule } from './wasm-module.js';
import { BLOCK_ELEMENTS, blockOf, writeKernel } from './write-kernel.js';

/** A weight whose update, or whose sum of gradients, may be a kernel. */
export interface UpdatedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its gradient, which kernels begin at. */
  readonly gradient: Value;
  /** Whether that is an input of its own, as a sum of gradients is, and not computed by the graph. */
  readonly isGiven?: boolean;
  /** The outputs that a kernel is to give, that which it is for first. */
  readonly outputs: readonly NamedOutput[];
}

/** What kernels are to do: after each batch, and once for a step. */
export interface UpdatedWeights {
  readonly adding: readonly UpdatedWeight[];
  /** Where there is something to add up, all of them or none. */
  readonly updating: readonly UpdatedWeight[];
}

/** Kernels, and what a graph has to give beside its other outputs so that they can run. */
export interface UpdateKernels {
  readonly told: StepKernels;
  /** Without those that kernels give. */
  readonly outputs: readonly NamedOutput[];
  /** The inputs that what is left of the graph reads. */
  read(inputs: readonly Value[]): readonly Value[];
}

/** Takes out of the outputs of a graph what kernels can do instead. */
export function updateKernels(
  graph: Graph,
  prefix: string,
  outputs: readonly NamedOutput[],
  { adding, updating }: UpdatedWeights,
): UpdateKernels {
  const makers = new Map<Value, GraphNode>();
  for (const node of graph.nodes) for (const output of node.outputs) makers.set(output, node);
  const names = new Map<Value, string>();
  const extra: NamedOutput[] = [];
  const instead = new Set<NamedOutput>();
  const computed = [...adding, ...updating].filter(({ isGiven }) => !isGiven);
  const gradients = new Set(computed.map(({ gradient }) => gradient));
  const give = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `${prefix}for-update/${names.size}`;
    names.set(value, name);
    extra.push({ name, value });
    return name;
  };
  /**
   * What a kernel reads, by the name of the graph's input or of an output that gives it: for computed gradients always an
   * output, since one may be another weight, which has moved by the time its kernel runs.
   */
  const nameOf = (value: Value): string =>
    makers.has(value) || gradients.has(value) ? give(value) : value.name;
  const functions = new Map<string, WasmFunction>();
  const programsOf = (weights: readonly UpdatedWeight[]) =>
    weights.flatMap(({ name, shape, gradient, outputs: given }) => {
      const values = given.map(({ value }) => value);
      const program = updateProgram(makers, shape, gradient, values);
      return program === undefined ? [] : [{ name, given, program }];
    });
  let blocks = 0;
  const kernelsOf = (programs: ReturnType<typeof programsOf>) =>
    programs.map(({ name, given, program }): StepKernel => {
      const { arrays, masks, scalars, results } = program;
      const done = results.map((result) => given.find(({ value }) => value === result)!);
      blocks = Math.max(blocks, arrays.length + masks.length + results.length);
      for (const output of done) instead.add(output);
      return {
        weight: name,
        entry: entryOf(program, functions),
        arrays: arrays.map(nameOf),
        masks: masks.map(nameOf),
        scalars: scalars.map(nameOf),
        results: done.map((output) => output.name),
      };
    });
  const updates = programsOf(updating);
  const whole = updates.filter(({ given, program }) => program.results.length === given.length);
  const addingKernels = kernelsOf(programsOf(adding));
  const kernels = kernelsOf(adding.length > 0 && whole.length < updating.length ? [] : updates);
  const rest = outputs.filter((output) => !instead.has(output));
  // No runtime loads a graph that gives nothing.
  if (rest.length + extra.length === 0) give(updates[0]!.program.scalars[0]!);
  const left = [...rest, ...extra];
  return {
    told: {
      module: wasmModule([...functions.values()], Math.ceil(blockOf(blocks) / 65536)),
      blockElements: BLOCK_ELEMENTS,
      outputs: extra.map(({ name }) => name),
      adding: addingKernels,
      kernels,
    },
    outputs: left,
    read(inputs) {
      const read = new Set<Value | undefined>(left.map(({ value }) => value));
      for (const node of neededNodes(graph.nodes, left)) for (const input of node.inputs) read.add(input);
      return [...new Set(inputs)].filter((input) => read.has(input));
    },
  };
}

/** The function that computes a program: one for all weights that are updated alike. */
function entryOf(program: UpdateProgram, functions: Map<string, WasmFunction>): string {
  const fresh = writeKernel(`update${functions.size}`, program);
  const key = fresh.code.join();
  const known = functions.get(key);
  if (known !== undefined) return known.name;
  functions.set(key, fresh);
  return fresh.name;
}
