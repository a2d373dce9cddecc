import { readFile } from 'node:fs/promises';
import { findTfliteWeights } from '@synaprune/tflite';
import { findModel } from './open-model.js';
import type { LookedAt } from './weights-of.js';

/** The bytes of a `.tflite` file. @throws PruneError `bad-path` */
export async function openTflite(path: string): Promise<Uint8Array> {
  await findModel(path);
  return new Uint8Array(await readFile(path));
}

/** The tensors of a `.tflite` that have data. @throws PruneError `bad-model` */
export function tfliteWeightsOf(bytes: Uint8Array): LookedAt[] {
  return findTfliteWeights(bytes).map(
    ({ name, place, shape, dataType, elements, role, pruned, reason, zeros, stored }) => ({
      ...{ name, place, shape, elements, pruned, reason, zeros: zeros ?? null, stored },
      ...{ dataType: dataType as LookedAt['dataType'], role: role as LookedAt['role'] },
    }),
  );
}
