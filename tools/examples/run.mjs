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
const tfjs = /^@(?:synaprune\/tfjs|tensorflow\/tfjs)$/;
/** Chosen by an example itself, whatever one before it has chosen. */
const choosesBackend = "setBackend('cpu')";
/** What changes TensorFlow.js for who comes after, and a name that it makes up by counting, as `dense_Dense1`. */
const tiedToTfjs = /\b(?:setBackend|removeBackend|register\w+|env|setPlatform)\(|_[A-Z][A-Za-z]*\d/;

/** Sessions stand beside each other; what is set for all of them is `env`. */
const onnxruntime = /^(?:@synaprune\/onnxruntime|onnxruntime-(?:node|web))$/;

/** Examples that share nothing, that share onnxruntime as it is, and that share TensorFlow.js and its plain backend. */
const companies = [
  (/** @type {Imports} */ { names }) => names.every((name) => harmless.test(name)),
  (/** @type {Imports} */ { names, code }) =>
    names.some((name) => onnxruntime.test(name)) &&
    names.every((name) => harmless.test(name) || onnxruntime.test(name)) &&
    !/\benv\b/.test(code),
  (/** @type {Imports} */ { names, code }) =>
    names.some((name) => tfjs.test(name)) &&
    names.every((name) => harmless.test(name) || tfjs.test(name)) &&
    code.includes(choosesBackend) &&
    !tiedToTfjs.test(code.replaceAll(choosesBackend, '')),
];

/** @typedef {{ names: string[], code: string }} Imports */

/**
 * Runs those of the examples that may share a process one after the other in one, which starts and loads the packages once.
 * One that does not come to its end there, or prints something else than it says, is run again by itself.
 *
 * @param {readonly CompiledExample[]} all
 * @returns {Promise<ReadonlySet<CompiledExample>>} those that ran
 */
export async function runTogether(all) {
  const runnable = all
    .filter(({ example, errors }) => example.runs && errors.length === 0)
    .map((one) => {
      const { code } = one.example;
      return { one, code, names: ts.preProcessFile(code).importedFiles.map(({ fileName }) => fileName) };
    });
  const groups = companies.map((belongs) => runnable.filter(belongs).map(({ one }) => one));
  await Promise.all(groups.map((these) => runNode([together, ...these.map(({ path }) => path)])));
  return new Set(groups.flat().filter(({ path }) => existsSync(recordOf(path))));
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
  const judge = () =>
    comparePrints(prints, JSON.parse(readFileSync(recordOf(path), 'utf8'))).map(
      ({ line, text }) => `${example.file}:${line} ${text}`,
    );
  if (hasRun && judge().length === 0) return [];
  const { status, output } = await runNode([alone, path]);
  if (status !== 0) return [`${example.file}:${example.line} ended with ${status}\n${output}`];
  return judge();
}
