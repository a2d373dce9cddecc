// @ts-check
import { bundle } from '../bundle.mjs';

/**
 * What a page carries for one way to use the packages. The program is one that a user would write; it is bundled and
 * minified, the runtimes stay imports, and all that is loaded before it runs counts, gzipped.
 *
 * @typedef {object} Budget
 * @property {string} entry
 * @property {string} program
 * @property {number} budgetBytes what it should weigh at most
 * @property {number} limitBytes what it may weigh at most today: where the budget is not met yet, it moves further away only for what users get for it
 */

/** @param {number} kilobytes */
const kB = (kilobytes) => kilobytes * 1000;
const runtimes = /^(?:@tensorflow\/|onnxruntime-)/;

/** @type {readonly Budget[]} */
export const budgets = [
  {
    entry: 'core',
    program: `
      import { createPruner, synapticRamp } from '@synaprune/core';
      globalThis.page = [createPruner, synapticRamp];
    `,
    budgetBytes: kB(7),
    limitBytes: kB(26.8),
  },
  {
    entry: 'core + host',
    program: `
      import { createPruner, synapticRamp } from '@synaprune/core';
      import { hostBackend } from '@synaprune/host';
      globalThis.page = [createPruner, synapticRamp, hostBackend];
    `,
    budgetBytes: kB(15),
    limitBytes: kB(37.6),
  },
  {
    entry: 'core + tfjs',
    program: `
      import { pruneModel, synapticRamp } from '@synaprune/tfjs';
      globalThis.page = [pruneModel, synapticRamp];
    `,
    budgetBytes: kB(20),
    limitBytes: kB(54.7),
  },
  {
    entry: 'core + tfjs-webgpu',
    program: `
      import { pruneModel, synapticRamp } from '@synaprune/tfjs-webgpu';
      globalThis.page = [pruneModel, synapticRamp];
    `,
    budgetBytes: kB(30),
    limitBytes: kB(72.6),
  },
  {
    entry: 'findWeights of onnx',
    program: `
      import { findWeights } from '@synaprune/onnx';
      globalThis.page = findWeights;
    `,
    budgetBytes: kB(8),
    limitBytes: kB(23),
  },
  {
    entry: 'core + onnxruntime, on wasm',
    program: `
      import { synapticRamp } from '@synaprune/core';
      import { createTrainer } from '@synaprune/onnxruntime';
      import * as ort from 'onnxruntime-web';
      globalThis.page = [createTrainer, synapticRamp, ort];
    `,
    budgetBytes: kB(45),
    limitBytes: kB(179),
  },
];

/**
 * @typedef {object} Size
 * @property {string} entry
 * @property {number} gzipBytes loaded at once
 * @property {number} laterGzipBytes in chunks that are loaded when they are needed
 * @property {number} budgetBytes
 */

/** @param {Budget} budget @returns {Promise<Size>} */
export async function measureSize({ entry, program, budgetBytes }) {
  const { gzipBytes } = await bundle(program, { minify: true, external: runtimes });
  return { entry, gzipBytes: gzipBytes.entry, laterGzipBytes: gzipBytes.later, budgetBytes };
}

/** `7.1 kB` @param {number} bytes */
export function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
