import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tfjsNodeBackend } from './index.js';

tf.env().set('PROD', true);

/** Whether tfjs-node's own native part is there; then it is not missing, and these claims say nothing. */
function isInstalled(): boolean {
  try {
    createRequire(import.meta.url)('@tensorflow/tfjs-node');
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(isInstalled())('without the native part of tfjs-node', () => {
  it('loads, because importing this package loads no tfjs-node', () => {
    expect(tfjsNodeBackend).toBeTypeOf('function');
  });

  it('says what to import and how to install it', () => {
    expect(() => tfjsNodeBackend()).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(
          /its backend is cpu: import \* as tf from '@tensorflow\/tfjs-node-gpu'.*tfjs_binding\.node.*npm rebuild/,
        ),
      }),
    );
  });
});
