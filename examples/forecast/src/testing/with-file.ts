import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs something on a file that holds the text, and removes the file. */
export function withFile<T>(text: string, run: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'forecast-data-'));
  const path = join(folder, 'file.csv');
  try {
    writeFileSync(path, text);
    return run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
