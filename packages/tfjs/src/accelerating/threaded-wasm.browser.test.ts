import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { testAcceleration } from '../testing/accelerated-in-chromium.js';
import { useInChromium } from '../testing/use-in-chromium.js';

await useInChromium('wasm', { threaded: true });

it('runs tfjs’s binary with threads, which shares its memory with them', () => {
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  expect(wasm.HEAPU8.buffer).toBeInstanceOf(SharedArrayBuffer);
});

testAcceleration();
