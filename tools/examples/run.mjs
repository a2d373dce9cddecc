// @ts-check
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { runNode } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';
import { compileExamples } from './compile.mjs';
import { extractExamples } from './extract.mjs';
import { comparePrints } from './prints.mjs';
import { recordOf } from './recorder.mjs';

/** @typedef {import('./compile.mjs').CompiledExample} CompiledExample */

const alone = fileURLToPath(new URL('alone.mjs', import.meta.url));
const together = fileURLToPath(new URL('together.mjs', import.meta.url));

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

/** What an example may import and leave a process as it was: runtimes keep a backend, devices and threads. */
const harmless =
  /^(?:node:(?:buffer|fs|os|path|util|zlib)|@synaprune\/(?!tfjs$|tfjs\/|tfjs-(?:node-gpu|webgpu)|onnxruntime|webgpu))/;

/**
 * Runs those of the examples that share nothing one after the other in one process, which starts and loads the packages
 * once. One that does not come to its end there is run again by itself, and tells why.
 *
 * @param {readonly CompiledExample[]} all
 * @returns {Promise<ReadonlySet<CompiledExample>>} those that ran
 */
export async function runTogether(all) {
  const these = all.filter(
    ({ example, errors }) =>
      example.runs &&
      errors.length === 0 &&
      ts.preProcessFile(example.code).importedFiles.every(({ fileName }) => harmless.test(fileName)),
  );
  await runNode([together, ...these.map(({ path }) => path)]);
  return new Set(these.filter(({ path }) => existsSync(recordOf(path))));
}

/**
 * Runs a compiled example in a process of its own, since some change global state, such as TensorFlow.js's backend.
 *
 * @param {CompiledExample} compiled
 * @param {{ hasRun?: boolean }} [options] whether {@link runTogether} ran it
 * @returns {Promise<string[]>} what differs from what it says, or the errors of its types
 */
export async function judgeExample({ example, path, errors, prints }, { hasRun = false } = {}) {
  if (errors.length > 0 || !example.runs) return errors;
  const record = recordOf(path);
  if (!hasRun) {
    const { status, output } = await runNode([alone, path]);
    if (status !== 0) return [`${example.file}:${example.line} ended with ${status}\n${output}`];
  }
  return comparePrints(prints, JSON.parse(readFileSync(record, 'utf8'))).map(
    ({ line, text }) => `${example.file}:${line} ${text}`,
  );
}
