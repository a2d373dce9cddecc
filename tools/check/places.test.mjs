// @ts-check
/* The guide's table of places says of patterns what the backends do that can be made without a device. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostBackend, readWriteBackend } from '@synaprune/host';
import { tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { root } from './workspace.mjs';

const guide = readFileSync(join(root, 'docs', 'guide.md'), 'utf8');
const places = new Map(
  (guide.split('\n## Places\n')[1] ?? '')
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, weights, , patterns]) => /** @type {const} */ ([weights, patterns])),
);
await tf.setBackend('cpu');
const twoFunctions = { name: 'none', shape: () => [], read: () => new Float32Array(1), write: () => {} };

test.each([
  ['typed arrays, a `WebAssembly.Memory`, float16 bits', hostBackend(), 'in place'],
  ['anything that is read and written', readWriteBackend(twoFunctions), 'on copies, as everything'],
  ['tfjs on cpu, wasm', tfjsBackend(), 'in place'],
  [
    'tfjs on webgl, webgpu',
    tfjsBackend({ through: 'operations' }),
    'read, and chosen on the host; growth of single elements stays on the device',
  ],
])('%s', (weights, backend, patterns) => {
  expect(places.get(weights)).toBe(patterns);
  const own = ['pool', 'spread', 'rankWithin'].every((verb) => verb in backend);
  expect(own).toBe(patterns === 'in place');
  expect('combine' in backend && 'read' in backend).toBe(true);
});
