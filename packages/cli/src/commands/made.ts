import type { Notice } from '@synaprune/core';
import type { OnnxReport } from '@synaprune/onnx';
import type { ShrinkReport } from '@synaprune/onnx-shrink';
import type { CompressReport } from '@synaprune/onnxruntime';
import type { TfjsReport } from '@synaprune/tfjs-files';
import type { TfliteReport } from '@synaprune/tflite';
import type { Held, Removed } from '../findings/findings.js';
import type { Measurement } from './costs.js';

/** What became of a model. */
export interface Made {
  readonly removed: readonly Removed[];
  readonly held: readonly Held[];
  readonly notices: readonly Notice[];
}

const lost = ({ removed }: Removed): boolean => removed > 0;

/** What shrinking did. */
export function madeByShrinking({ groups, held, notices }: ShrinkReport): Made {
  return {
    removed: groups.map(lostOf).filter(lost),
    held: held.map(({ name, channels, heldBy }) => ({ name, total: channels, heldBy })),
    notices,
  };
}

/** What pruning single weights did. */
export function madeByPruning({ weights, leftAlone, notices }: OnnxReport | TfjsReport | TfliteReport): Made {
  return {
    removed: weights
      .map(
        ({ name, elements, zeros }): Removed => ({
          name,
          kind: 'weights',
          total: elements,
          removed: zeros.after,
        }),
      )
      .filter(lost),
    held: leftAlone
      .map(({ name, elements, reason }) => ({ name, total: elements, heldBy: reason }))
      .sort((a, b) => b.total - a.total),
    notices,
  };
}

/** What compressing did, with what was measured of it on samples that nothing was fitted to. */
export function madeByCompressing(report: CompressReport): Made & {
  readonly measured: Measurement;
  readonly more: Readonly<Record<string, unknown>>;
} {
  const { layers, groups, held, notices, samples, before, after, speedup, agreement, sameSamples, outputs } =
    report;
  const weights = layers.map(({ name, elements, kept }): Removed => {
    return { name, kind: 'weights', total: elements, removed: elements - kept };
  });
  return {
    removed: (groups.length > 0 ? groups.map(lostOf) : weights).filter(lost),
    held: held.map(({ name, channels = null, heldBy }) => ({ name, total: channels, heldBy })),
    notices,
    measured: { before, after, speedup, agreement, sameSamples, outputs, samples: samples.heldBack },
    more: { calibration: samples.calibration, layers },
  };
}

function lostOf({ name, kind, channels, kept }: ShrinkReport['groups'][number]): Removed {
  return { name, kind, total: channels, removed: channels - kept.length };
}
