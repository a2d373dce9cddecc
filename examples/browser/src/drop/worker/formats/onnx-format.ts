import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { channelGroups, shrinkOnnx } from '@synaprune/onnx-shrink';
import { keepBySensitivity, sensitivityDistribution } from '@synaprune/refit';
import { openOnnxBench } from '../running/onnx-bench';
import { openOnnxRuntime } from '../running/open-onnxruntime';
import { factsOf } from './facts-of';
import type { Format } from './format';
import { madeByPruning, madeByShrinking } from './made-by';

/** `.onnx`, all weights in it. */
export const onnxFormat: Format<Uint8Array> = {
  prepare: () => void openOnnxRuntime().catch(() => {}),
  look: (bytes) => ({
    format: 'onnx',
    formatName: 'ONNX',
    ...factsOf(findWeights(bytes), channelGroups(bytes)),
  }),
  async make(bytes, { unit, keep, byLayer, eights }, sensitivity) {
    const curves = byLayer ? sensitivity[unit] : undefined;
    if (unit === 'weight') {
      const { model, report } = await pruneOnnx(bytes, {
        sparsity: 1 - keep,
        distribution: curves === undefined ? 'global' : sensitivityDistribution(curves),
      });
      return { content: model, ...madeByPruning(report) };
    }
    const { model, report } = shrinkOnnx(bytes, {
      keep: curves === undefined ? keep : keepBySensitivity(curves, keep),
      ...(eights ? { multipleOf: 8 } : {}),
    });
    return { content: model, ...madeByShrinking(report) };
  },
  files: (bytes, name) => [{ name: `${name}.onnx`, bytes: bytes as Uint8Array<ArrayBuffer> }],
  packable: (bytes) => bytes,
  openBench: openOnnxBench,
};
