import { type Graph, type GraphNode, type NamedOutput, neededNodes, type Value } from '@synaprune/onnx/graph';
import type { StepKernel, StepKernels } from '../options/training-step.js';
import { type UpdateProgram, updateProgram } from './update-program.js';
import { type WasmFunction, wasmModule } from './wasm-module.js';
import { BLOCK_ELEMENTS, blockOf, writeKernel } from './write-kernel.js';

/** A weight whose update may be a kernel. */
export interface UpdatedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its gradient as the graph computes it: kernels begin there. */
  readonly gradient: Value;
  /** The outputs that a kernel is to give, the new weight first. */
  readonly outputs: readonly NamedOutput[];
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
  weights: readonly UpdatedWeight[],
): UpdateKernels {
  const makers = new Map<Value, GraphNode>();
  for (const node of graph.nodes) for (const output of node.outputs) makers.set(output, node);
  const names = new Map<Value, string>();
  const extra: NamedOutput[] = [];
  const instead = new Set<NamedOutput>();
  const gradients = new Set(weights.map(({ gradient }) => gradient));
  /**
   * What a kernel reads, by the name of the graph's input or of an output that gives it: for gradients always an output,
   * since one may be another weight, which has moved by the time its kernel runs.
   */
  const nameOf = (value: Value): string => {
    if (!makers.has(value) && !gradients.has(value)) return value.name;
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `${prefix}for-update/${names.size}`;
    names.set(value, name);
    extra.push({ name, value });
    return name;
  };
  const functions = new Map<string, WasmFunction>();
  const kernels: StepKernel[] = [];
  let blocks = 0;
  for (const { name, shape, gradient, outputs: given } of weights) {
    const program = updateProgram(
      makers,
      shape,
      gradient,
      given.map(({ value }) => value),
    );
    if (program === undefined) continue;
    const { arrays, masks, scalars, results } = program;
    const done = results.map((result) => given.find(({ value }) => value === result)!);
    blocks = Math.max(blocks, arrays.length + masks.length + results.length);
    kernels.push({
      weight: name,
      entry: entryOf(program, functions),
      arrays: arrays.map(nameOf),
      masks: masks.map(nameOf),
      scalars: scalars.map(nameOf),
      results: done.map((output) => output.name),
    });
    for (const output of done) instead.add(output);
  }
  const left = [...outputs.filter((output) => !instead.has(output)), ...extra];
  return {
    told: {
      module: wasmModule([...functions.values()], Math.ceil(blockOf(blocks) / 65536)),
      blockElements: BLOCK_ELEMENTS,
      outputs: extra.map(({ name }) => name),
      kernels,
    },
    outputs: left,
    read(inputs) {
      const read = new Set<Value | undefined>(left.map(({ value }) => value));
      for (const node of neededNodes(graph.nodes, left)) for (const input of node.inputs) read.add(input);
      return inputs.filter((input) => read.has(input));
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
