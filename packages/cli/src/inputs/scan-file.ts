import { PruneError } from '@synaprune/core';
import { isRecord, quote } from '@synaprune/core/checks';
import type { SensitivityCurve } from '@synaprune/onnxruntime';
import { readText } from './read-text.js';

/** What `synaprune scan --out` wrote. */
export interface ScanFile {
  readonly unit: 'weight' | 'channel';
  readonly layers: readonly SensitivityCurve[];
}

/**
 * Reads what a scan wrote, for the unit that is removed. What its curves hold is for those to judge who take them.
 *
 * @throws PruneError `bad-inputs` when it cannot be read, is no scan, or one of the other unit
 */
export async function readScanFile(path: string, unit: ScanFile['unit']): Promise<ScanFile> {
  const refuse = (why: string, cause?: unknown) =>
    new PruneError('bad-inputs', `--scan ${quote(path, 500)}: ${why}`, { cause });
  const text = await readText(path, refuse);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('needed is JSON, as "synaprune scan --out" writes it', cause);
  }
  if (!isRecord(value) || !Array.isArray(value.layers)) {
    throw refuse('needed is what "synaprune scan --out" wrote: { unit, layers }');
  }
  if (value.unit !== unit) {
    throw refuse(
      `is of the unit ${JSON.stringify(value.unit)}, and ${unit}s are to be removed: scan with --unit ${unit}`,
    );
  }
  return { unit, layers: value.layers as readonly SensitivityCurve[] };
}
