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

it('says what was shared, and what becomes of a run that is kept', () => {
  const { parameters } = readParameters(new URL(link).search);
  expect(openedLink(readParameters('?steps=60').parameters, { ...settings, phase: 'idle' })).toBeNull();
  expect(openedLink(parameters, { ...settings, phase: 'idle' })).toBe(
    'Somebody shared a run with you: handwritten digits, seed 3, 60 steps, batches of 32, a target of 80 %. Start training repeats it.',
  );
  expect(openedLink(parameters, { ...settings, phase: 'finished' })).toMatch(/has these settings\.$/);
  expect(openedLink(parameters, { ...settings, seed: 4, phase: 'paused' })).toMatch(/nothing of it is lost/);
});
