import * as reference from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { createSimulatedBinding } from '../testing/simulated/binding.mjs';
import { lossDifference, trainForecaster, trainTransformer } from '../testing/training.mjs';
import * as node from './index.js';

const STEPS = inject('whole') ? 200 : 60;

loadTfjsNode('@tensorflow/tfjs-node', createSimulatedBinding(tf));
tf.env().set('PROD', true);

afterEach(async () => void (await tf.setBackend('tensorflow')));

describe.each([
  ['an LSTM', trainForecaster, { elements: 1424, dropped: 1139 }],
  ['a transformer', trainTransformer, { elements: 2096, dropped: 1676 }],
])(`simulated binding: %s trained for ${STEPS} steps with Adam`, (_, train, sizes) => {
  it('holds every dropped weight at +0, keeps no tensor, and loses as much as on cpu', async () => {
    const handles = () => (tf.backend() as unknown as { binding: { getNumOfTensors(): number } }).binding;
    const before = { tensors: tf.memory().numTensors, handles: handles().getNumOfTensors() };
    const run = await train(tf, { ...node, createBackend: () => node.tfjsNodeBackend() }, STEPS);
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(handles().getNumOfTensors()).toBe(before.handles);
    expect(run).toMatchObject({ ...sizes, leaked: 0, tensorGrowth: 0, handleGrowth: 0 });

    await tf.setBackend('cpu');
    const onCpu = await train(tf, { ...reference, createBackend: () => reference.tfjsBackend() }, STEPS);
    expect(onCpu).toMatchObject({ ...sizes, leaked: 0 });
    expect(run.losses).toHaveLength(STEPS);
    expect(run.losses.at(-1)).toBeLessThan(run.losses[0]! / 2);
    expect(lossDifference(run, onCpu)).toBeLessThan(1e-5);
  });
});
