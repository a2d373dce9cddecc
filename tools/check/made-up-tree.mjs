// @ts-check
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Writes files into a fresh folder and takes it away after use.
 *
 * @template Result
 * @param {Readonly<Record<string, string | object>>} files text, or a value for JSON, by path
 * @param {(folder: string) => Result | Promise<Result>} use
 * @returns {Promise<Result>}
 */
export async function withTree(files, use) {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-tree-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
