import { createStepBuilder } from '@synaprune/onnx-train';
import { expect, it } from 'vitest';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { FrozenTensors } from '../state/frozen-tensors.js';
import { perceptron } from '../testing/models.js';
import { createStepSessions } from './step-sessions.js';

const none: readonly never[] = [];

/** Sessions for one set of shapes at a time, on a runtime that notes which are released. */
function startSessions(feeds: FrozenTensors['feeds'] = () => ({})) {
  const released: number[] = [];
  let made = 0;
  const ort = {
    InferenceSession: {
      create: async () => {
        const number = made;
        made += 1;
        return { release: async () => void released.push(number) };
      },
    },
  } as unknown as OnnxRuntime;
  const sessions = createStepSessions({
    ort,
    builder: createStepBuilder(),
    model: perceptron(),
    settings: { loss: 'crossEntropy', optimizer: 'sgd' },
    sessionOptions: {},
    memory: { kind: 'gpu', outputOptions: () => ({}), maskType: 'float32' },
    frozen: { feeds, discard: () => {} },
    most: 1,
    observed: () => none,
  });
  return {
    released,
    sessions,
    made: () => made,
    of: async (size: number) => sessions.of({ inputs: { x: [size, 6] } }),
  };
}

it('releases what the state came from only once the state has been taken over from another', async () => {
  const { released, sessions, of } = startSessions();
  await sessions.gaveState((await of(16)).session);
  const next = await of(3);
  expect(released).toEqual([]);
  await sessions.gaveState(next.session);
  expect(released).toEqual([0]);
  await sessions.release();
  expect(released).toEqual([0, 1]);
});

it('releases at once what never gave a state, however many are looked through', async () => {
  const { released, sessions, of } = startSessions();
  await sessions.gaveState((await of(16)).session);
  for (const size of [1, 2, 3, 4]) await of(size);
  expect(released).toEqual([1, 2, 3]);
  await sessions.release();
  expect(released).toEqual([1, 2, 3, 4, 0]);
});

it('releases nothing twice where the first shapes come back', async () => {
  const { released, sessions, of } = startSessions();
  for (const size of [16, 3, 16, 3]) await sessions.gaveState((await of(size)).session);
  expect(released).toEqual([0, 1, 2]);
  await sessions.release();
  expect(released).toEqual([0, 1, 2, 3]);
});

it('leaves no session open where memory does not suffice for what it reads', async () => {
  const { of, made } = startSessions(() => {
    throw new RangeError('no memory is left');
  });
  await expect(of(16)).rejects.toThrow('no memory is left');
  expect(made()).toBe(0);
});
