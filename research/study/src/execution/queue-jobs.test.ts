import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../store/key.js';
import { madeUpResult, madeUpSpec } from '../store/testing/made-up-run.js';
import { LONGEST_RESULT, readJob, readResult } from './queue-jobs.js';

const spec = madeUpSpec();
const key = keyOf(spec);
const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;

describe('a job', () => {
  it('of a study is a run', () => {
    expect(readJob(key, { spec })).toEqual(spec);
    expect(readJob(key, JSON.parse(JSON.stringify({ spec })))).toEqual(spec);
  });

  it.each<[string, unknown, RegExp]>([
    ['null', null, /expected object, received null/],
    ['nothing', undefined, /expected object/],
    ['lists in lists', deep, /expected object, received array/],
    ['no run', {}, /^spec: /],
    ['a run of lists', { spec: deep }, /^spec: /],
    ['more than a run', { spec, repeat: true }, /Unrecognized key: "repeat"/],
    ['a protocol that every object has', { spec: { ...spec, protocol: 'toString' } }, /^spec\.protocol: /],
    ['a model that every object has', { spec: { ...spec, model: 'constructor' } }, /^spec\.model: /],
    ['a length without an end', { spec: { ...spec, length: 1e9 } }, /^spec\.length: /],
    [
      'epochs without an end',
      { spec: { ...spec, stopping: { ...spec.stopping, epochs: 1e12 } } },
      /epochs: /,
    ],
    ['a rate that is none', { spec: { ...spec, training: { ...spec.training, dropout: 1 } } }, /dropout: /],
    ['a text for a number', { spec: { ...spec, seed: '1' } }, /^spec\.seed: /],
    ['a digest that is none', { spec: { ...spec, series: { ...spec.series, sha256: 'x' } } }, /sha256: /],
  ])('is refused that holds %s', (_, data, problem) => {
    expect(readJob(key, data)).toMatch(problem);
  });

  it('is refused under the key of another', () => {
    expect(readJob(keyOf(madeUpSpec({ seed: 1 })), { spec })).toBe('its id is not the key of its run');
    expect(readJob(undefined, { spec })).toBe('its id is not the key of its run');
  });

  it('is refused in few words without control characters, whatever it holds', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (data) => {
        const problem = readJob(key, data);
        expect(problem).toBeTypeOf('string');
        expect((problem as string).length).toBeLessThan(2000);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(problem).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe('a result', () => {
  const result = madeUpResult(0.5);
  it('of a run is one', () => {
    expect(readResult(JSON.stringify(result))).toEqual(result);
    const told = {
      ...result,
      notices: [{ code: 'weight-emptied', message: 'all of it', weights: ['kernel'] }],
    };
    expect(readResult(JSON.stringify(told))).toEqual(told);
  });

  it.each<[string, string, RegExp]>([
    ['null', 'null', /received null/],
    ['a number', '7', /received number/],
    ['half of JSON', '{"test":', /^not JSON/],
    [
      'lists in lists',
      JSON.stringify({ ...result, epochs: 1 }).replace(
        '"epochs":1',
        `"epochs":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      ),
      /^epochs\.0: /,
    ],
    [
      'an infinite score',
      JSON.stringify(madeUpResult(Number.POSITIVE_INFINITY)),
      /test\.off\.mae: .*received null/,
    ],
    [
      'no epochs',
      JSON.stringify({ ...result, epochs: [] }),
      /its best and its scored epoch among its epochs/,
    ],
    ['a sparsity of 2', JSON.stringify({ ...result, sparsity: 2 }), /^sparsity: /],
    ['more than a result', JSON.stringify({ ...result, extra: 1 }), /Unrecognized key: "extra"/],
    ['a text without an end', 'x'.repeat(LONGEST_RESULT + 1), /more than the \d+ that are read/],
  ])('is refused that is %s', (_, text, problem) => {
    expect(readResult(text)).toMatch(problem);
  });
});
