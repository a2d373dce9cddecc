import { describe, expect, it } from 'vitest';
import { isRunRecord } from './record';

const moment = {
  step: 2,
  score: 0.5,
  sparsity: 0.25,
  rawBytes: 100,
  gzipBytes: 50,
  brotliBytes: null,
  packedBytes: 40,
  int8: { packedBytes: 20, score: 0.5 },
};
const record = {
  version: 4,
  task: 'digits',
  settings: { steps: 30, batch: 8, seed: 4 },
  target: 0.9,
  device: 'wasm',
  position: 2,
  history: { losses: [1, 0.5], sparsity: [[1, 0.25]], scores: [], denseScores: [] },
  before: moment,
  after: null,
  dense: null,
  moments: [{ step: 2, sparsity: 0.25, score: 0.5, packed: Uint8Array.of(1), onward: false }],
  artifacts: {},
  twin: null,
  masks: [{ name: 'dense/kernel', shape: [3, 4], kept: 5, bits: Uint8Array.of(31, 0) }],
  savedAt: 1,
};

it('takes a record of this version', () => {
  expect(isRunRecord(record)).toBe(true);
});

describe('leaves aside', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'run'],
    ['a list', [record]],
    ['another version', { ...record, version: 2 }],
    ['a task that every object has', { ...record, task: 'toString' }],
    ['a device that is none', { ...record, device: 'constructor' }],
    ['no history', { ...record, history: undefined }],
    ['a history without losses', { ...record, history: { ...record.history, losses: undefined } }],
    ['a history without a twin', { ...record, history: { ...record.history, denseScores: undefined } }],
    ['a moment without its model', { ...record, moments: [{ ...record.moments[0], packed: undefined }] }],
    ['a twin that is a text', { ...record, twin: 'twin' }],
    ['losses that are no list', { ...record, history: { ...record.history, losses: { length: 2 } } }],
    ['a loss that is none', { ...record, history: { ...record.history, losses: [1, Number.NaN] } }],
    ['a point of three', { ...record, history: { ...record.history, scores: [[1, 2, 3]] } }],
    ['steps beyond the form', { ...record, settings: { ...record.settings, steps: 1e9 } }],
    ['a position after the last step', { ...record, position: 31 }],
    ['a target of 1', { ...record, target: 1 }],
    ['a measurement of texts', { ...record, after: { ...moment, score: '1' } }],
    ['no masks', { ...record, masks: undefined }],
    ['a mask that is too short', { ...record, masks: [{ ...record.masks[0], shape: [3, 6] }] }],
    ['a mask of text', { ...record, masks: [{ ...record.masks[0], bits: 'AAA=' }] }],
    ['a model that is null', { ...record, artifacts: null }],
  ])('%s', (_, value) => {
    expect(isRunRecord(value)).toBe(false);
  });
});
