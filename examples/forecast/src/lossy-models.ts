import { errorsOf } from '@synaprune/examples-kit/metrics';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { LossyForm, PackError } from '@synaprune/sparse';
import { inOriginalUnits } from './original-units.js';
import type { Runtime, SavedFile } from './runtime/runtime.js';

/** The forms that keep values in fewer bits, in the order of every table. */
export const LOSSY_FORMS: readonly LossyForm[] = ['float16', 'int8', 'clustered'];

/** A saved model in a sparse file with values in fewer bits, and how it forecasts when it is read again. */
export interface LossyModel {
  readonly values: LossyForm;
  readonly bytes: number;
  /** The largest error of a weight. */
  readonly error: PackError;
  /** On the test part. */
  readonly mae: number;
}

/** Packs a saved model in every lossy form, opens what came out and lets it forecast the test part. */
export async function packLossy(
  runtime: Runtime,
  files: readonly SavedFile[],
  dataset: Dataset,
  length: number,
): Promise<LossyModel[]> {
  const models: LossyModel[] = [];
  for (const values of LOSSY_FORMS) {
    const { bytes, report } = await runtime.pack(files, values);
    const forecaster = await runtime.openPacked(bytes, { length, features: dataset.features.length });
    try {
      const scaled = await forecaster.predict(dataset.test.inputs);
      models.push({
        values,
        bytes: bytes.length,
        error: {
          absolute: Math.max(0, ...report.rounded.map(({ error }) => error.absolute)),
          relative: Math.max(0, ...report.rounded.map(({ error }) => error.relative)),
        },
        mae: errorsOf(inOriginalUnits(dataset, dataset.test, scaled), dataset.test.truth).mae,
      });
    } finally {
      await forecaster.dispose();
    }
  }
  return models;
}
