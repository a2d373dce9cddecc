// @ts-check
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';
import { compileExamples } from './compile.mjs';
import { extractExamples } from './extract.mjs';
import { comparePrints } from './prints.mjs';

/** @typedef {import('./compile.mjs').CompiledExample} CompiledExample */

const recorder = new URL('recorder.mjs', import.meta.url).href;

/**
 * Every example of a tree's documentation, compiled.
 *
 * @param {string} tree
 * @returns {{ compiled: CompiledExample[], complaints: string[], remove: () => void }} complaints are of what is no example
 */
export function openExamples(tree) {
  const { examples, complaints } = extractExamples(tree);
  // Inside the repository, so that the workspace's packages resolve.
  mkdirSync(join(root, '.results'), { recursive: true });
  const folder = mkdtempSync(join(root, '.results', 'examples-'));
  return {
    compiled: compileExamples(examples, folder, join(root, 'node_modules', '@types')),
    complaints: complaints.map(({ file, line, text }) => `${file}:${line} ${text}`),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Runs a compiled example in a process of its own, since some change global state, such as TensorFlow.js's backend.
 *
 * @param {CompiledExample} compiled
 * @returns {Promise<string[]>} what differs from what it says, or the errors of its types
 */
export async function judgeExample({ example, path, errors, prints }) {
  if (errors.length > 0 || !example.runs) return errors;
  const record = `${path}.prints.json`;
  const { status, output } = await runNode(['--import', recorder, path], {
    env: { SYNAPRUNE_PRINTS: record },
  });
  if (status !== 0) return [`${example.file}:${example.line} ended with ${status}\n${output}`];
  return comparePrints(prints, JSON.parse(readFileSync(record, 'utf8'))).map(
    ({ line, text }) => `${example.file}:${line} ${text}`,
  );
}
