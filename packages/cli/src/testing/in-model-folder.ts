import { rmSync } from 'node:fs';
import { afterEach, beforeEach } from 'vitest';
import { modelFolder } from './model-folder.js';

/** Runs every test of a file in a folder of models of its own, as a user stands in one. */
export function inModelFolder(): void {
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = modelFolder();
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
}
