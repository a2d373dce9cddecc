import { keepBySensitivity, sensitivityDistribution } from '@synaprune/refit';
import {
  encodeTfjs,
  findTfjsWeights,
  pruneTfjs,
  shrinkTfjs,
  type TfjsFileArtifacts,
  tfjsChannelGroups,
} from '@synaprune/tfjs-files';
import { openTfjs } from '../running/open-tfjs';
import { openTfjsBench } from '../running/tfjs-bench';
import { factsOf } from './facts-of';
import type { Format } from './format';
import { madeByPruning, madeByShrinking } from './made-by';

/** `model.json` with its shards. */
export const tfjsFormat: Format<TfjsFileArtifacts> = {
  prepare: () => void openTfjs().catch(() => {}),
  look: (artifacts) => ({
    format: 'tfjs',
    formatName:
      artifacts.format === 'graph-model' ? 'TensorFlow.js graph model' : 'TensorFlow.js layers model',
    ...factsOf(findTfjsWeights(artifacts), tfjsChannelGroups(artifacts)),
  }),
  async make(artifacts, { unit, keep, byLayer, eights }, sensitivity) {
    const curves = byLayer ? sensitivity[unit] : undefined;
    if (unit === 'weight') {
      const made = await pruneTfjs(artifacts, {
        sparsity: 1 - keep,
        distribution: curves === undefined ? 'global' : sensitivityDistribution(curves),
      });
      return { content: made.artifacts, ...madeByPruning(made.report) };
    }
    const made = shrinkTfjs(artifacts, {
      keep: curves === undefined ? keep : keepBySensitivity(curves, keep),
      ...(eights ? { multipleOf: 8 } : {}),
    });
    return { content: made.artifacts, ...madeByShrinking(made.report) };
  },
  files(artifacts) {
    const { modelJson, shards } = encodeTfjs(artifacts);
    return [
      { name: 'model.json', bytes: new TextEncoder().encode(modelJson) },
      // A download has no folders.
      ...Object.entries(shards).map(([path, bytes]) => ({ name: path, bytes })),
    ];
  },
  packable: (artifacts) => artifacts,
  openBench: openTfjsBench,
};
