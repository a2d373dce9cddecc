import * as tf from '@tensorflow/tfjs';
import { afterAll } from 'vitest';

// Test files share a process, and with it tfjs's engine: the next one finds no variable of this one, and the same backend.
afterAll(async () => {
  tf.disposeVariables();
  await tf.setBackend('cpu');
});
