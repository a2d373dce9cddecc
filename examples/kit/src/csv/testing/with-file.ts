import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs something on a file that holds the text, and removes the file. */
export function withFile<T>(text: string | Uint8Array, run: (path: string) => T, name = 'data.csv'): T {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-csv-'));
  try {
    writeFileSync(join(folder, name), text);
    return run(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
