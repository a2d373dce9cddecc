import type { CellActivation, Cell as CellKind } from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';
import { isElementwise } from '../elementwise.js';

/** A recurrent cell whose step is known; the order of its gates is that of tfjs. */
export interface Cell {
  readonly kind: CellKind;
  readonly units: number;
  readonly inputs: number;
  readonly kernel: tf.Variable;
  readonly recurrentKernel: tf.Variable;
  readonly bias: tf.Variable | undefined;
  readonly activation: CellActivation;
  readonly recurrentActivation: CellActivation;
}

const KINDS: Readonly<Record<string, CellKind>> = { SimpleRNNCell: 'rnn', LSTMCell: 'lstm', GRUCell: 'gru' };

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
  const recurrentActivation = kind === 'rnn' ? 'linear' : String(config.recurrentActivation);
  if (!isElementwise(activation)) return `there is no loop for the activation ${activation}`;
  if (!isElementwise(recurrentActivation))
    return `there is no loop for the activation ${recurrentActivation}`;
  return {
    kind,
    units: recurrentKernel.shape[0]!,
    inputs: kernel.shape[0]!,
    kernel,
    recurrentKernel,
    bias: weights.get('bias'),
    activation,
    recurrentActivation,
  };
}
