import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { RunSpec } from '../run.js';
import { canonicalJson, keyOf } from './key.js';
import { madeUpSpec } from './testing/made-up-run.js';

it('writes members in the order of their names, whatever order they came in', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: 0.1 })).toBe('{"a":0.1,"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ Z: 1, a: 2, É: 3, skipped: undefined })).toBe('{"Z":1,"a":2,"É":3}');
});

it('refuses numbers that JSON cannot hold', () => {
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(RangeError);
  expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow(/finite numbers, got Infinity/);
});

it('is the SHA-256 of the canonical JSON', () => {
  const text =
    '{"length":7,"model":"lstm","protocol":"honest","runtime":"made up 1.0.0","seed":42,' +
    `"series":{"sha256":"${'ab'.repeat(32)}","target":"births"},` +
    '"stopping":{"against":"best","batchSize":64,"epochs":3,"leastEpochs":1,"patience":2,"scored":"best"},' +
    '"training":{"dropout":0,"learningRate":0.001,"narrowed":0,"noisyValidation":false,"pruning":null,"weightDecay":0}}';
  expect(keyOf(madeUpSpec())).toBe(createHash('sha256').update(text).digest('hex'));
});

it('depends on everything but the place of the series', () => {
  const spec = madeUpSpec();
  const others: RunSpec[] = [
    madeUpSpec({ protocol: 'published' }),
    madeUpSpec({ length: 8 }),
    madeUpSpec({ model: 'gru' }),
    madeUpSpec({ seed: 43 }),
    madeUpSpec({ runtime: 'made up 1.0.1' }),
    madeUpSpec({ training: { dropout: 0.1 } }),
    { ...spec, series: { ...spec.series, target: 'deaths' } },
    { ...spec, series: { ...spec.series, sha256: 'cd'.repeat(32) } },
    { ...spec, stopping: { ...spec.stopping, epochs: 4 } },
  ];
  expect(new Set([spec, ...others].map(keyOf)).size).toBe(others.length + 1);
  expect(keyOf({ ...spec, series: { ...spec.series, source: '/elsewhere.csv' } })).toBe(keyOf(spec));
});
