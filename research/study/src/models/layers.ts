import type { GraphBuilder } from '@synaprune/examples-kit/models/graph';
import type { Random } from '@synaprune/examples-kit/random';
import { float } from '@synaprune/onnx/graph';
import { uniform } from './initial.js';
import type { Noise } from './plan.js';

/** A model on its way: its graph, where its initial weights come from, and what dropout it has asked for. */
export interface Draft {
  readonly graph: GraphBuilder;
  readonly random: Random;
  /** Whether dropout has places in the graph. */
  readonly noisy: boolean;
  readonly noise: Noise[];
}

/** What a layer gives, and its kernel. */
export interface Layer {
  readonly value: string;
  readonly kernel: string;
}

/**
 * `x·kernel + bias` for rows [rows, inputs], the kernel [inputs, outputs]; initial weights as PyTorch draws them,
 * both uniform in ±1/√inputs.
 */
export function linear(
  { graph, random }: Draft,
  name: string,
  x: string,
  inputs: number,
  outputs: number,
): Layer {
  const bound = 1 / Math.sqrt(inputs);
  const kernel = graph.tensor(`${name}/kernel`, uniform(inputs * outputs, bound, random), [inputs, outputs]);
  const bias = graph.tensor(`${name}/bias`, uniform(outputs, bound, random), [outputs]);
  return { value: graph.add('Gemm', [x, kernel, bias], { name }), kernel };
}

/**
 * A place of dropout: `x` times an input of its own, where the model has dropout.
 *
 * @param shape of the input, without the batch
 * @param flat whether x is rows [rows, columns], everything but the last axis in one
 */
export function drop(draft: Draft, name: string, x: string, shape: readonly number[], flat = true): string {
  if (!draft.noisy) return x;
  const { graph, noise } = draft;
  const input = graph.input(`${name}/noise`, ['batch', ...shape]);
  noise.push({ name: input, shape });
  const mask = flat ? graph.add('Reshape', [input, graph.integers([-1, shape.at(-1)!])]) : input;
  return graph.add('Mul', [x, mask]);
}

/** Layer normalisation over the last axis [width]; scale 1 and shift 0 at first. */
export function layerNorm({ graph }: Draft, name: string, x: string, width: number): Layer {
  const kernel = graph.tensor(`${name}/scale`, new Float32Array(width).fill(1), [width]);
  const shift = graph.tensor(`${name}/shift`, new Float32Array(width), [width]);
  const attributes = { axis: -1, epsilon: float(1e-5) };
  return { value: graph.add('LayerNormalization', [x, kernel, shift], { name, attributes }), kernel };
}

/** Batch normalisation of rows [rows, width]; scale 1, shift 0, running mean 0 and variance 1 at first. */
export function batchNorm({ graph }: Draft, name: string, x: string, width: number): Layer {
  const kernel = graph.tensor(`${name}/scale`, new Float32Array(width).fill(1), [width]);
  const shift = graph.tensor(`${name}/shift`, new Float32Array(width), [width]);
  const mean = graph.constant(`${name}/mean`, Array(width).fill(0), [width]);
  const variance = graph.constant(`${name}/variance`, Array(width).fill(1), [width]);
  const attributes = { epsilon: float(1e-5), momentum: float(0.9) };
  const inputs = [x, kernel, shift, mean, variance];
  return { value: graph.add('BatchNormalization', inputs, { name, attributes }), kernel };
}

/** `x/2 · (1 + erf(x/√2))`, in operators that every version has. */
export function gelu({ graph }: Draft, name: string, x: string): string {
  const factor = (value: number, what: string) => graph.constant(`${name}/${what}`, [value], []);
  const erf = graph.add('Erf', [graph.add('Mul', [x, factor(Math.SQRT1_2, 'root_of_half')])]);
  const half = graph.add('Mul', [x, factor(0.5, 'half')]);
  return graph.add('Mul', [half, graph.add('Add', [erf, factor(1, 'one')])]);
}
