import type { AttributeParts } from '@synaprune/onnx/graph';
import { gemm, linear } from '../kernels.js';
import { reshape, squeeze, transpose } from '../operators.js';
import type { Program, Value } from '../program.js';
import { type Block, isSequence, some } from './block.js';

const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;

/** A recurrent layer and one that reads it. */
function recurrent(p: Program, x: Value, op: keyof typeof gates, directions: 1 | 2): Value {
  const hidden = some(p);
  const time = transpose(p, x, [1, 0, 2]);
  const [steps, batch, into] = time.shape as [number, number, number];
  const rows = gates[op] * hidden;
  const w = p.tensor([directions, rows, into], { scale: 1 / Math.sqrt(into) }).name;
  const r = p.tensor([directions, rows, hidden], { scale: 1 / Math.sqrt(hidden) }).name;
  const b = p.random.chance(0.7) ? p.tensor([directions, 2 * rows], { scale: 0.3 }).name : '';
  const started = !x.open[0] && p.random.chance(0.3);
  const start = () => p.tensor([directions, batch, hidden], { scale: 0.3 }).name;
  const peepholes = op === 'LSTM' && p.random.chance(0.25);
  const inputs = [time.name, w, r, b, '', started ? start() : ''];
  if (op === 'LSTM')
    inputs.push(
      started ? start() : '',
      peepholes ? p.tensor([directions, 3 * hidden], { scale: 0.3 }).name : '',
    );
  while (inputs.at(-1) === '') inputs.pop();
  const attributes: Record<string, AttributeParts> = {
    hidden_size: hidden,
    direction: directions === 2 ? 'bidirectional' : p.random.pick(['forward', 'reverse']),
    ...(op === 'GRU' && p.random.chance(0.5) ? { linear_before_reset: 1 } : {}),
  };
  const outputs = p.node(op, inputs, attributes, op === 'LSTM' ? 3 : 2);
  const y: Value = {
    name: outputs[0]!,
    shape: [steps, directions, batch, hidden],
    open: [time.open[0]!, false, time.open[1]!, false],
    channels: 3,
  };
  const way = p.random.between(0, 3);
  if (way === 0) {
    // The last state of every direction.
    const last: Value = {
      name: p.random.pick(outputs.slice(1)),
      shape: [directions, batch, hidden],
      open: [false, time.open[1]!, false],
      channels: 2,
    };
    return gemm(p, reshape(p, transpose(p, last, [1, 0, 2]), [{ axis: 0 }, directions * hidden], 1), some(p));
  }
  if (directions === 1 && way === 1) return linear(p, transpose(p, squeeze(p, y, [1]), [1, 0, 2]), some(p));
  const turned = transpose(p, y, [2, 0, 1, 3]);
  return linear(p, reshape(p, turned, [{ axis: 0 }, { axis: 1 }, directions * hidden], 2), some(p));
}

export const recurrences: readonly Block[] = (['LSTM', 'GRU', 'RNN'] as const).flatMap((op) =>
  ([1, 2] as const).map((directions) => ({
    label: directions === 1 ? op : `${op}/both directions`,
    fits: isSequence,
    append: (p: Program, x: Value) => recurrent(p, x, op, directions),
  })),
);
