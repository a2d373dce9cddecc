import { describe, expect, it } from 'vitest';
import { fromBits, specimenOf } from '../specimens/specimens.js';
import { pruneExact } from './exact.js';
import { createModel, cutAt, type Model, magnitudesOf, rankKept } from './model.js';
import { bytesOfBase64, packFlags } from './packing.js';
import { prunePublished } from './published.js';

const ORDERED = { subnormals: 'ordered', nanPayloads: 'ordered' } as const;
const PLAIN = { score: 'magnitude', ranking: ORDERED } as const;

function modelOf(...values: readonly number[]): Model {
  return createModel(specimenOf('model', Float32Array.from(values)));
}

describe('the oracle', () => {
  it('ranks by magnitude, then weight, then index, and passes over dropped elements', () => {
    const models = [modelOf(2, -1, 1), modelOf(0.5, -1, 3)];
    models[1]!.kept[0] = 0;
    const ranked = rankKept(models, 'magnitude', ORDERED).map(({ weight, index }) => [weight, index]);
    expect(ranked).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [0, 0],
      [1, 2],
    ]);
    expect(cutAt(rankKept(models, 'magnitude', ORDERED), 2)).toEqual({ magnitude: 0x3f800000, ties: 2 });
  });

  it('ties subnormals with zero, and NaN with the quiet NaN, where the manifest says so', () => {
    const model = createModel(
      specimenOf(
        'bits',
        fromBits(4, (i) => [0x80000001, 0x007fffff, 0x7f800001, 0xffc00002][i]!),
      ),
    );
    expect([...magnitudesOf(model, 'magnitude', ORDERED)]).toEqual([1, 0x007fffff, 0x7f800001, 0x7fc00002]);
    const flat = magnitudesOf(model, 'magnitude', { subnormals: 'zero', nanPayloads: 'tied' });
    expect([...flat]).toEqual([0, 0, 0x7fc00000, 0x7fc00000]);
  });

  it('prunes exactly, and down to a floor', () => {
    const models = [modelOf(1, 2, 3, 4), modelOf(5, 6, 7, 8)];
    pruneExact(models, 0.5, { ...PLAIN, floor: 0.25 });
    expect(models.map(({ values }) => [...values])).toEqual([
      [0, 0, 0, 4],
      [0, 6, 7, 8],
    ]);
  });

  it('takes what is above a ceiling first', () => {
    const models = [modelOf(1, 2, 3, 4), modelOf(5, 6, 7, 8)];
    pruneExact(models, 0.125, { ...PLAIN, ceiling: 0.75 });
    pruneExact(models, 0.25, { ...PLAIN, ceiling: 0.75 });
    expect(models.map(({ values }) => [...values])).toEqual([
      [0, 2, 3, 4],
      [0, 6, 7, 8],
    ]);
    pruneExact(models, 0.5, { ...PLAIN, ceiling: 0.75, floor: 0.5 });
    expect(models.map(({ values }) => [...values])).toEqual([
      [0, 0, 3, 4],
      [0, 0, 7, 8],
    ]);
  });

  it('prunes as the published program: one fewer, ties stay, nothing when all is asked for', () => {
    const model = modelOf(1, 2, 2, 3, 4, 5, 6, 7, 8, 9);
    prunePublished([model], 0.2, PLAIN);
    expect([...model.kept]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    prunePublished([model], 0.3, PLAIN);
    expect([...model.kept]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    prunePublished([model], 1, PLAIN);
    expect([...model.kept]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('packs flags with the lowest bit first and reads base64', () => {
    expect([...packFlags(Uint8Array.of(1, 0, 0, 1, 0, 0, 0, 0, 1, 1))]).toEqual([0b00001001, 0b00000011]);
    expect([...bytesOfBase64('CQM=')]).toEqual([0b00001001, 0b00000011]);
  });
});
