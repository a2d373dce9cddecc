import { gzipSync } from 'node:zlib';
import { readModelFile } from '@synaprune/examples-kit/ocr/model/model-file';

/** PaddleOCR's classifier of whether a line of text is upside down, gzipped: a model for those who have none at hand. */
export function packOrientationModel(): Uint8Array {
  return gzipSync(readModelFile('ch_ppocr_mobile_v2.0_cls_infer.onnx'), { level: 9 });
}
