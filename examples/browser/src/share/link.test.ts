import { expect, it } from 'vitest';
import { readParameters } from '../parameters';
import { linkOf, openedLink } from './link';

const settings = { task: 'digits', seed: 3, steps: 60, batch: 32, target: 0.8 } as const;
const chosen = { device: 'wasm', passed: [], details: [], refused: null } as const;
const link = linkOf({ ...settings, chosen }, 'https://example.org/page/?steps=9#drop');

it('carries every setting and nothing else, and is read without a complaint', () => {
  expect(link).toBe(
    'https://example.org/page/?version=1&task=digits&seed=3&steps=60&batch=32&target=80&backend=wasm',
  );
  expect(readParameters(new URL(link).search)).toEqual({
    parameters: { version: 1, task: 'digits', backend: 'wasm', steps: 60, batch: 32, target: 80, seed: 3 },
    complaints: [],
  });
});

const { parameters } = readParameters(new URL(link).search);
const idle = { ...settings, phase: 'idle', position: 0 } as const;

it('says what was shared, and what becomes of a run that is kept', () => {
  expect(openedLink(readParameters('?steps=60').parameters, idle)).toBeNull();
  expect(openedLink(parameters, idle)).toBe(
    'Somebody shared a run with you: handwritten digits, seed 3, 60 steps, batches of 32, a target of 80\u00a0%. Start training repeats it.',
  );
  expect(openedLink(parameters, { ...idle, phase: 'finished' })).toMatch(/has these settings\.$/);
});

it.each(['preparing', 'running', 'stopping', 'paused', 'finished'] as const)(
  'says of another run that it is kept, while it is %s',
  (phase) => {
    expect(openedLink(parameters, { ...idle, seed: 4, position: 9, phase })).toMatch(/nothing of it is lost/);
  },
);

it('says so where nothing of a link can be used', () => {
  const nonsense = readParameters('?version=1&task=tea&seed=-1&steps=x&batch=0&target=200').parameters;
  expect(openedLink(nonsense, idle)).toBe(
    'Somebody shared a run with you, and nothing of its settings can be used here: Start training begins one with the settings below.',
  );
  expect(openedLink(nonsense, { ...idle, phase: 'running', position: 9 })).toMatch(/can be used here\.$/);
});
