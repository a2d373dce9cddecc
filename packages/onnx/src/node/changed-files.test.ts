import { openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tensorScore } from '@synaprune/core';
import { expect, it } from 'vitest';
import { pruneOnnxFile } from '../node.js';
import { folder, model, options, out, useModelFolder, writeModel } from '../testing/model-folder.js';

useModelFolder();

it('refuses a data file that is written to while it is read, and leaves nothing behind', async () => {
  writeModel();
  const file = openSync(join(folder, 'in/parts/weights.bin'), 'r+');
  // What ranks the weights is asked for once the files are open.
  const score = tensorScore(() => {
    writeSync(file, Uint8Array.of(1, 2, 3, 4), 0, 4, 32);
    return Float32Array.from({ length: 128 }, (_, i) => i);
  });
  await expect(pruneOnnxFile(model, { ...options, out, score })).rejects.toMatchObject({
    code: 'file-failed',
    message: '"parts/weights.bin" was written to while it was read; try again when it is at rest',
  });
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
});
