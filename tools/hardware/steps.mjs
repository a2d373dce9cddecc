// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';

/**
 * What came of a step.
 *
 * @typedef {object} Outcome
 * @property {'passed' | 'failed' | 'skipped'} state
 * @property {string} note in a line
 * @property {boolean} [gpu] whether it really ran on a GPU, where the step tells
 */

/**
 * @typedef {object} Settings
 * @property {string} out folder of what is found
 * @property {readonly string[]} sizes numbers of weights
 * @property {string} [binding] path of a tfjs_binding.node
 */

/**
 * A step: those that need WebGPU are left out where no GPU gives it.
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {boolean} webgpu
 * @property {(settings: Settings) => Promise<Outcome>} run
 */

/** All steps, by the names that `--only` takes. @type {Readonly<Record<string, Step>>} */
export const steps = {
  kit: {
    title: 'the conformance kit, whole, and the tests of WebGPU in Node',
    webgpu: true,
    async run({ out }) {
      const results = join(out, 'kit.json');
      const projects = ['@synaprune/webgpu', '@synaprune/tfjs-webgpu'].flatMap((name) => ['--project', name]);
      const { output } = await runNode(
        [
          scriptOf('vitest', 'vitest'),
          'run',
          ...projects,
          '--reporter=json',
          '--reporter=default',
          `--outputFile.json=${results}`,
        ],
        { cwd: root, env: { SYNAPRUNE_WHOLE: '1' } },
      );
      writeFileSync(join(out, 'kit.log'), output);
      return countTests(readResults(results));
    },
  },
  rows: {
    title: 'the rows of the bench on WebGPU',
    webgpu: true,
    async run({ out, sizes }) {
      const results = join(out, 'bench.json');
      const { status, output } = await runNode(
        [
          '--expose-gc',
          join(root, 'bench/dist/main.js'),
          '--only',
          'webgpu',
          '--sizes',
          sizes.join(','),
          '--out',
          results,
        ],
        { cwd: root },
      );
      writeFileSync(join(out, 'bench.log'), output);
      return status === 0
        ? countRows(readResults(results))
        : { state: 'failed', note: `ended with ${status}: ${lastLine(output)}` };
    },
  },
  'node-gpu': {
    title: 'the conformance kit on libtensorflow (tfjs-node-gpu, CUDA)',
    webgpu: false,
    async run({ out, binding }) {
      const told = binding === undefined ? [] : ['--binding', binding];
      const { status, output } = await runNode(
        [join(root, 'packages/tfjs-node-gpu/testing/report.mjs'), ...told],
        { cwd: root },
      );
      writeFileSync(join(out, 'node-gpu.md'), output);
      return readNodeGpu(status, output);
    },
  },
};

/** @param {string} path @returns {any} undefined where there is none */
function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, success: boolean } | undefined} results vitest's @returns {Outcome} */
export function countTests(results) {
  if (results === undefined) return { state: 'failed', note: 'the tests left no results; see kit.log' };
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, success } = results;
  const note = `${passed} passed, ${failed} failed, ${skipped} skipped`;
  return { state: success && passed > 0 ? 'passed' : 'failed', note };
}

/**
 * A goal that is missed is a figure, and no failure; a result that differs from the host's is one.
 *
 * @param {{ rows: readonly { verdict?: string, note?: string }[] } | undefined} results the bench's
 * @returns {Outcome}
 */
export function countRows(results) {
  const rows = results?.rows ?? [];
  /** @param {RegExp} what */
  const judged = (what) => rows.filter(({ verdict = '' }) => what.test(verdict)).length;
  const wrong = rows.filter(({ note = '' }) => note.startsWith('WRONG')).length;
  const broken = rows.filter(({ verdict = '' }) => verdict.includes('complained')).length;
  const note = `${rows.length} rows: ${judged(/^met/)} goals met, ${judged(/^missed/)} missed, ${wrong} results wrong`;
  if (rows.length === 0) return { state: 'failed', note: 'the bench left no rows; see bench.log' };
  return { state: wrong + broken === 0 ? 'passed' : 'failed', note };
}

/** @param {number} status @param {string} output of the report of tfjs-node-gpu @returns {Outcome} */
export function readNodeGpu(status, output) {
  const last = lastLine(output);
  if (status !== 0) return { state: 'failed', note: `ended with ${status}: ${last}` };
  if (output.includes('skipped, libtensorflow is not installed')) {
    return { state: 'skipped', note: 'libtensorflow is not installed; node-gpu.md says how to have it' };
  }
  const gpu = /^\| device *\| GPU/m.test(output);
  return { state: 'passed', note: `${last}, on the ${gpu ? 'GPU' : 'CPU'}`, gpu };
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
