import {
  type MaskState,
  PruneError,
  type PrunerState,
  type PruningReport,
  packedLength,
  toBase64,
} from '@synaprune/core';
import { isRecord, quote } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { defaultChoices } from '../model/weight-choices.js';

/**
 * A state without the masks that the weights' own zeros tell: a mask takes one bit an element, a third more in
 * base64, and a file that has the weights has the zeros already.
 *
 * @param report of weights whose dropped elements were set to zero
 */
export function withoutToldMasks(state: PrunerState, report: PruningReport): object {
  const told = new Set(report.weights.filter(isToldByZeros).map(({ name }) => name));
  return {
    ...state,
    weights: state.weights.map(({ mask, ...rest }) => (told.has(rest.name) ? rest : { mask, ...rest })),
  };
}

function isToldByZeros({ dropped, zeros, revived }: PruningReport['weights'][number]): boolean {
  return zeros === dropped && revived === 0;
}

/**
 * A state with all its masks, those that are missing made from the zeros of a model's weights. Whatever is wrong
 * with it otherwise is left for `restore` to find.
 *
 * @throws PruneError `state-mismatch` when the model has other weights, or other zeros, than when it was saved
 */
export async function withMasksFromZeros(model: LayersModel, state: unknown): Promise<unknown> {
  if (!isRecord(state) || !Array.isArray(state.weights)) return state;
  const variables = new Map(defaultChoices(model).map(({ name, weight }) => [name, weight]));
  const weights = state.weights.map(async (entry: unknown): Promise<unknown> => {
    if (!isRecord(entry) || 'mask' in entry || typeof entry.name !== 'string') return entry;
    const weight = variables.get(entry.name);
    if (weight === undefined || String(weight.shape) !== String(entry.shape)) {
      throw mismatch(`it has no weight ${quote(entry.name)} of the shape that was saved`);
    }
    const { kept, mask } = maskFromZeros(await weight.data());
    if (kept !== entry.kept) {
      throw mismatch(`${quote(entry.name)} has ${kept} elements that are not zero, and had ${entry.kept}`);
    }
    return { ...entry, mask } satisfies Partial<MaskState>;
  });
  return { ...state, weights: await Promise.all(weights) };
}

function mismatch(why: string): PruneError {
  return new PruneError(
    'state-mismatch',
    `the model's weights were changed since its pruning was saved beside them: ${why}. tf.loadLayersModel loads ` +
      'it without its pruning, and pruneModel with keepZeros: true goes on from the zeros that are there',
  );
}

function maskFromZeros(values: ArrayLike<number>): { readonly kept: number; readonly mask: string } {
  const packed = new Uint8Array(packedLength(values.length));
  let kept = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i] === 0) continue;
    packed[i >> 3]! |= 1 << (i % 8);
    kept += 1;
  }
  return { kept, mask: toBase64(packed) };
}
