import type { Answer, Model } from './model.js';
import { LICENCE, PROVENANCE, readModelFile } from './model-file.js';
import { shareOf } from './scores.js';

/** PP-OCR's classifier of orientation, 124 thousand weights: is a line upside down? */
export function readOrientationModel(): Model {
  return {
    id: 'cls',
    name: 'PP-OCR v2.0 cls',
    kind: 'classifier of text orientation',
    bytes: readModelFile('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    input: 'x',
    output: 'softmax_0.tmp_0',
    outputShape: () => [2],
    turnsLines: true,
    batchNormalization: 'train',
    answer: orientationOf,
    truth: ({ turned }) => (turned ? 'turned' : 'upright'),
    distance: meanDifference,
    error: (texts, truth) => 1 - shareOf(texts, truth),
    words: {
      distance: 'mean |Δp|',
      distanceMeans: 'the mean difference from the dense model’s probability that a line is upside down',
      error: 'wrong lines',
      errorMeans: 'the share whose orientation is told wrong, against how they were drawn',
      limits: 'Only Latin text in drawn lines is trained on and measured, and no photographs.',
    },
    provenance: `PaddleOCR (PP-OCR mobile v2.0, text orientation), ${PROVENANCE}`,
    licence: LICENCE,
  };
}

/** @param probabilities that a line is upright, and that it is turned by 180° */
export function orientationOf(probabilities: Float32Array): Answer {
  const [upright = 0, turned = 0] = probabilities;
  return { text: turned > upright ? 'turned' : 'upright', turned };
}

/** The mean difference of how likely lines are held to be turned. */
export function meanDifference(answers: readonly Answer[], dense: readonly Answer[]): number {
  const differences = answers.map(({ turned = 0 }, i) => Math.abs(turned - (dense[i]?.turned ?? 0)));
  return differences.reduce((sum, difference) => sum + difference, 0) / answers.length;
}
