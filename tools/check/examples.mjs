// @ts-check
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compileExamples } from '../examples/compile.mjs';
import { extractExamples } from '../examples/extract.mjs';
import { runExamples } from '../examples/run.mjs';
import { failed } from './tally.mjs';
import { root } from './workspace.mjs';

/**
 * Compiles and runs every example of the documentation.
 *
 * @param {string} [tree] whose documentation is read
 * @returns {Promise<import('./tally.mjs').Finding[]>}
 */
export async function checkExamples(tree = root) {
  const { examples, complaints } = extractExamples(tree);
  // Inside the repository, so that the workspace's packages resolve.
  mkdirSync(join(root, '.results'), { recursive: true });
  const folder = mkdtempSync(join(root, '.results', 'examples-'));
  try {
    const compiled = compileExamples(examples, folder, join(root, 'node_modules', '@types'));
    return [
      ...complaints.map(({ file, line, text }) => failed(`${file}:${line}`, text)),
      ...(await runExamples(compiled)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
