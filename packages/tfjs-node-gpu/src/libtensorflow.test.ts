import { describe, expect, it } from 'vitest';
import { describeLibtensorflow } from './libtensorflow.js';

describe('the name of a backend', () => {
  it.each([
    ['tfjs-node', false, 'tfjs-node (CPU)'],
    ['tfjs-node-gpu', true, 'tfjs-node-gpu (GPU)'],
    ['tfjs-node-gpu', false, 'tfjs-node-gpu (CPU, no GPU found)'],
  ] as const)('of %s, GPU %s, is %s', (packageName, gpu, name) => {
    expect(describeLibtensorflow({ packageName, gpu })).toBe(name);
  });
});
