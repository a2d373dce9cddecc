import { decode } from './decode.js';
import type { Model } from './model.js';
import { LICENCE, PROVENANCE, readModelFile } from './model-file.js';
import { errorRate } from './scores.js';

/** Pixels along a line for one column of the model's output. */
const PIXELS_PER_COLUMN = 8;

/** PP-OCRv4's recogniser of Chinese and English, 2.67 million weights, as the package ships it. */
export function readTextModel(): Model {
  // The model's classes are the blank, the lines of this file, and the space.
  const keys = new TextDecoder().decode(readModelFile('ppocr_keys_v1.txt')).split(/\r?\n/);
  const letters = ['', ...keys.slice(0, 6623), ' '];
  const texts = (answers: readonly { readonly text: string }[]) => answers.map(({ text }) => text);
  return {
    id: 'rec',
    name: 'PP-OCRv4 rec',
    kind: 'text recogniser',
    bytes: readModelFile('ch_PP-OCRv4_rec_infer.onnx'),
    input: 'x',
    output: 'softmax_11.tmp_0',
    outputShape: (width) => [width / PIXELS_PER_COLUMN, letters.length],
    turnsLines: false,
    batchNormalization: 'inference',
    answer: (probabilities) => ({ text: decode(probabilities, letters) }),
    truth: ({ text }) => text,
    distance: (answers, dense) => errorRate(texts(answers), texts(dense)),
    error: errorRate,
    words: {
      distance: 'edits',
      distanceMeans:
        'letters to insert, leave out or exchange to get to what the dense model read, by its letters',
      error: 'error rate',
      errorMeans: 'the same edits against the text that was drawn',
      limits:
        'Only Latin text is trained on and measured. The model also reads Chinese; what pruning leaves of that is not measured.',
    },
    provenance: `PaddleOCR (PP-OCRv4, mobile), ${PROVENANCE}`,
    licence: LICENCE,
  };
}
