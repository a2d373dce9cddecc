/* The GPU packages load where there is no GPU, and say what they lack. */
import assert from 'node:assert/strict';
import * as node from '@synaprune/tfjs-node-gpu';
import * as browser from '@synaprune/tfjs-webgpu';
import { maskBits, webgpuBackend } from '@synaprune/webgpu';

for (const made of [
  maskBits,
  webgpuBackend,
  browser.pruneModel,
  browser.tfjsWebgpuBackend,
  node.tfjsNodeBackend,
]) {
  assert.equal(typeof made, 'function');
}
assert.throws(() => webgpuBackend({ device: {} }), /needs { device: GPUDevice }/);
