import { registerConformance } from '@synaprune/conformance';
import * as tf from '@tensorflow/tfjs';
import { describe, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.mjs';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { createSimulatedBinding } from '../testing/simulated/binding.mjs';
import { tfjsNodeBackend } from './index.js';

/*
 * The kit over the real JavaScript of tfjs-node. Its native part is a stand-in: what passes here says nothing of
 * libtensorflow. `npm run test:node-gpu` runs the whole kit on libtensorflow.
 */
loadTfjsNode('@tensorflow/tfjs-node', createSimulatedBinding(tf));

describe('simulated binding', () => {
  registerConformance(
    createHarness(tf, () => tfjsNodeBackend()),
    { describe, it },
    { part: inject('kitPart') },
  );
});
