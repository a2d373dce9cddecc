import {
  amount,
  difference,
  factor,
  kilobytes,
  milliseconds,
  percent,
  signedPercent,
  spread,
} from '@synaprune/examples-kit/format';
import { factorText } from './headline.js';
import { epochRange } from './learning-text.js';
import type { LossyModel } from './lossy-models.js';
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

/** A row of the result table: an arm, or what it has to beat. */
export interface ResultRow {
  readonly name: string;
  readonly kind: 'arm' | 'baseline';
  readonly cells: readonly string[];
}

/** Errors, what is left and how long it took: the pruned arm first, what the arms have to beat last. */
export function resultRows({ arms, naive, seasonal, persistence, linear }: Results): {
  readonly head: readonly string[];
  readonly rows: readonly ResultRow[];
} {
  const against = (mae: number) => factorText(mae / naive.mae);
  const baseline = (name: string, mae: number, numbers = NONE): ResultRow => ({
    name,
    kind: 'baseline',
    cells: [amount(mae), against(mae), NONE, numbers, NONE, NONE, NONE],
  });
  const bars = [
    ...(linear === null ? [] : [baseline('linear', linear.mae, linear.weights.toLocaleString('en-US'))]),
    ...(seasonal === null ? [] : [baseline(seasonal.label, seasonal.mae)]),
    baseline('last value', persistence.mae),
  ];
  return {
    head: ['arm', 'MAE', `÷ ${naive.label}`, 'sparsity', 'numbers left', 'packed', 'best epoch', 'seconds'],
    rows: [
      ...arms.map(
        (arm): ResultRow => ({
          name: arm.name,
          kind: 'arm',
          cells: [
            spread(arm.mae, arm.maeDeviation, arm.runs.length),
            against(arm.mae),
            percent(arm.sparsity),
            Math.round(arm.numbers).toLocaleString('en-US'),
            kilobytes(arm.sizes.packedBytes),
            epochRange(arm.runs.map(({ bestEpoch }) => bestEpoch)),
            arm.seconds.toFixed(1),
          ],
        }),
      ),
      ...bars,
    ],
  };
}

/** A way to keep the model on disk: bytes of the one that was not pruned, and of the one that was. */
export interface FileForm {
  readonly name: string;
  readonly none: number;
  readonly pruned: number;
  /** Of a sparse file: how the pruned model forecasts when it is read again. */
  readonly read: Pick<LossyModel, 'mae' | 'error'> | null;
}

/** What the model takes on disk in every form; `null` without both arms. */
export function fileForms({ arms }: Pick<Results, 'arms'>): readonly FileForm[] | null {
  const none = arms.find(({ name }) => name === 'none');
  const pruned = arms.find(({ name }) => name === 'synaptic-pruning');
  if (none === undefined || pruned === undefined) return null;
  const form = (name: string, of: (arm: ArmSummary) => number, read: FileForm['read'] = null) => ({
    name,
    none: of(none),
    pruned: of(pruned),
    read,
  });
  const exact = { mae: pruned.mae, error: { absolute: 0, relative: 0 } };
  return [
    form('dense, float32', ({ sizes }) => sizes.denseBytes),
    form('gzip -9', ({ sizes }) => sizes.gzipBytes),
    form('brotli 11', ({ sizes }) => sizes.brotliBytes),
    form('packed, exact', ({ sizes }) => sizes.packedBytes, exact),
    ...pruned.lossy.map((model, i) => form(`packed, ${model.values}`, ({ lossy }) => lossy[i]!.bytes, model)),
  ];
}

/** {@link fileForms} as a table. */
export function bytesTable(results: Pick<Results, 'arms'>): TextTable | null {
  const forms = fileForms(results);
  if (forms === null) return null;
  const [dense] = forms;
  const exact = forms.find(({ read }) => read !== null)!.read!.mae;
  const maeText = (mae: number) =>
    mae === exact ? amount(mae) : `${amount(mae)} (${signedPercent(mae / exact - 1)})`;
  return {
    caption: 'Bytes of the saved model, in every form',
    head: ['file', 'none', 'pruned', 'of dense', 'MAE', 'weight error'],
    rows: forms.map(({ name, none, pruned, read }) => [
      name,
      kilobytes(none),
      kilobytes(pruned),
      percent(pruned / dense!.none, 0),
      ...(read === null ? [NONE, NONE] : [maeText(read.mae), difference(read.error.absolute)]),
    ]),
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

/** What multiplies in each layer; `null` where that was not measured. */
export function kernelTable({ speed }: Pick<Results, 'speed'>): TextTable | null {
  if (speed === null) return null;
  return {
    caption: 'What multiplies in each layer',
    head: ['layer', 'kernel', 'sparsity', 'why'],
    words: [1, 3],
    rows: speed.layers.map(({ name, kernel, sparsity, why }) => [name, kernel, percent(sparsity), why]),
  };
}
