import type * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';
import { ELEMENTWISE, type Elementwise } from '../machine/activations.js';

/** How a cell goes one step; the order of its gates is that of tfjs. */
export type CellKind = 'rnn' | 'lstm' | 'gru';

/** A recurrent cell whose step is known. */
export interface Cell {
  readonly kind: CellKind;
  readonly units: number;
  readonly inputs: number;
  readonly kernel: tf.Variable;
  readonly recurrentKernel: tf.Variable;
  readonly bias: tf.Variable | undefined;
  readonly activation: Elementwise;
  readonly recurrentActivation: Elementwise;
}

const KINDS: Readonly<Record<string, CellKind>> = { SimpleRNNCell: 'rnn', LSTMCell: 'lstm', GRUCell: 'gru' };

/** How many matrices stand side by side in a kernel of each. */
export const GATES: Readonly<Record<CellKind, number>> = { rnn: 1, lstm: 4, gru: 3 };

/** How many states each has. */
export const STATES: Readonly<Record<CellKind, number>> = { rnn: 1, lstm: 2, gru: 1 };

/** A cell of tfjs, or why its step is not known. */
export function readCell(layer: layers.Layer): Cell | string {
  const className = layer.getClassName();
  const kind = Object.hasOwn(KINDS, className) ? KINDS[className] : undefined;
  if (kind === undefined) return `there are no packed products for ${className}`;
  const config = layer.getConfig();
  const weights = new Map(layer.weights.map((weight) => [roleOf(weight.originalName), variableOf(weight)]));
  const [kernel, recurrentKernel] = [weights.get('kernel'), weights.get('recurrent_kernel')];
  if (kernel === undefined || recurrentKernel === undefined) return `${className} lacks a kernel`;
  const activation = String(config.activation);
  const gate = kind === 'rnn' ? 'linear' : String(config.recurrentActivation);
  for (const name of [activation, gate]) {
    if (!Object.hasOwn(ELEMENTWISE, name)) return `there is no loop for the activation ${name}`;
  }
  if (config.resetAfter === true) return 'its reset gate comes after the product';
  return {
    kind,
    units: recurrentKernel.shape[0]!,
    inputs: kernel.shape[0]!,
    kernel,
    recurrentKernel,
    bias: weights.get('bias'),
    activation: ELEMENTWISE[activation]!,
    recurrentActivation: ELEMENTWISE[gate]!,
  };
}
