// @ts-check
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from './command.mjs';
import { root } from './workspace.mjs';

// TypeScript's native compiler, as in the build: it takes a sixth of the time. The other reads the packages' types.
const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/typescript-7.0/package.json'), 'utf8'));
const tsc = join(root, 'node_modules/typescript-7.0', bin.tsc);

/**
 * Checks the types of many folders in one process, which reads once what they all use: each by itself takes three times as
 * long.
 *
 * @param {readonly string[]} folders relative to the root, each with a tsconfig.json
 * @returns {Promise<{ status: number, output: string, errorsOf(folder: string): string[] }>}
 */
export async function checkTypes(folders) {
  mkdirSync(join(root, '.results'), { recursive: true });
  // The compiler leaves notes for a next time beside each configuration: none of them in a package.
  const notes = mkdtempSync(join(root, '.results', 'types-'));
  try {
    const configs = folders.map((folder) => {
      const path = join(notes, `${folder.replaceAll('/', '-')}.json`);
      writeFileSync(path, JSON.stringify({ extends: join(root, folder, 'tsconfig.json') }));
      return path;
    });
    // By one checker: each of several would read again what all of them use, and other tests wait for the cores.
    const { status, output } = await runNode([tsc, '--build', '--noEmit', '--singleThreaded', ...configs], {
      cwd: root,
    });
    const errorsOf = (/** @type {string} */ folder) =>
      output.split('\n').filter((line) => line.startsWith(`${folder}/`));
    return { status, output, errorsOf };
  } finally {
    rmSync(notes, { recursive: true });
  }
}
