import {
  amount,
  difference,
  factor,
  kilobytes,
  milliseconds,
  percent,
  signedPercent,
} from '@synaprune/examples-kit/format';
import type { ArmSummary, Results } from './results.js';

/** A table as text; its first column names the rows, others hold numbers. */
export interface TextTable {
  readonly caption: string;
  readonly head: readonly string[];
  /** The columns beside the first one that hold words. */
  readonly words?: readonly number[];
  readonly rows: readonly (readonly string[])[];
}

const NONE = '–';

/** What the files of the pruned model take, beside those of the model that was not pruned; `null` without the two. */
export function bytesTable({ arms }: Pick<Results, 'arms'>): TextTable | null {
  const none = arms.find(({ name }) => name === 'none');
  const pruned = arms.find(({ name }) => name === 'synaptic-pruning');
  if (none === undefined || pruned === undefined) return null;
  const row = (name: string, of: (arm: ArmSummary) => number, mae = NONE, error = NONE) => [
    name,
    kilobytes(of(none)),
    kilobytes(of(pruned)),
    percent(of(pruned) / none.sizes.denseBytes, 0),
    mae,
    error,
  ];
  return {
    caption: 'Bytes of the saved model, in every form',
    head: ['file', 'none', 'pruned', 'of dense', 'MAE', 'weight error'],
    rows: [
      row('dense, float32', ({ sizes }) => sizes.denseBytes),
      row('gzip -9', ({ sizes }) => sizes.gzipBytes),
      row('brotli 11', ({ sizes }) => sizes.brotliBytes),
      row('packed, exact', ({ sizes }) => sizes.packedBytes, amount(pruned.mae), '0'),
      ...pruned.lossy.map(({ values, error, mae }, form) =>
        row(
          `packed, ${values}`,
          ({ lossy }) => lossy[form]!.bytes,
          `${amount(mae)} (${signedPercent(mae / pruned.mae - 1)})`,
          difference(error.absolute),
        ),
      ),
    ],
  };
}

/** What a prediction takes, dense and accelerated; `null` where that was not measured. */
export function speedTable({ speed }: Pick<Results, 'speed'>): TextTable | null {
  if (speed === null) return null;
  return {
    caption: 'Milliseconds of a prediction, dense and accelerated',
    head: ['windows', 'dense', 'accelerated', 'ratio'],
    rows: speed.speeds.map(({ batch, milliseconds: { dense, accelerated }, speedup }) => [
      String(batch),
      milliseconds(dense),
      milliseconds(accelerated),
      factor(speedup),
    ]),
  };
}

/** What multiplies in each layer, and its time for one window; `null` where that was not measured. */
export function kernelTable({ speed }: Pick<Results, 'speed'>): TextTable | null {
  if (speed === null) return null;
  return {
    caption: 'What multiplies in each layer',
    head: ['layer', 'kernel', 'sparsity', 'dense', 'accelerated', 'why'],
    words: [1, 5],
    rows: speed.layers.map(({ name, kernel, sparsity, milliseconds: { before, after }, why }) => [
      name,
      kernel,
      percent(sparsity),
      milliseconds(before),
      milliseconds(after),
      why,
    ]),
  };
}
