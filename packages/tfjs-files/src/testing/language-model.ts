import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The folder of a real graph model: uint8, with strings, hash tables, a loop and its functions. */
export const languageFolder: string = join(
  createRequire(import.meta.url).resolve('@vscode/vscode-languagedetection/package.json'),
  '../model',
);

/** Its two files. */
export function languageFiles(): { readonly json: string; readonly shards: Record<string, Uint8Array> } {
  const name = 'group1-shard1of1.bin';
  return {
    json: readFileSync(join(languageFolder, 'model.json'), 'utf8'),
    shards: { [name]: new Uint8Array(readFileSync(join(languageFolder, name))) },
  };
}
