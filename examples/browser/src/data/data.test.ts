import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packBirths } from '../../build/pack-births';
import { packDigits } from '../../build/pack-digits';
import { FEATURES, makeBirths, readBirths, WINDOW } from './births';
import { readDigits } from './digits';
import { unzip } from './fetch-bytes';

describe('the digits', () => {
  const bytes = gunzipSync(packDigits());
  const { train, test } = readDigits(bytes);

  it('are 10,000, a fifth of each class put aside for the test', () => {
    expect([train.count, test.count]).toEqual([7996, 2004]);
    const tested = [...test.labels].filter((label) => label === 1).length;
    // 1,127 ones, of which ⌊0.8 · 1127⌋ = 901 are trained on.
    expect(tested).toBe(1127 - 901);
  });

  it('are images: paper in the corner, ink in the middle of an eight', () => {
    const eight = test.labels.indexOf(8);
    const image = test.pixels.subarray(784 * eight, 784 * (eight + 1));
    expect(image[0]).toBe(0);
    expect(Math.max(...image)).toBeGreaterThan(200);
  });

  it('are refused when bytes are missing', () => {
    expect(() => readDigits(bytes.subarray(1))).toThrow(RangeError);
  });
});

describe('a data file', () => {
  const zipped = () => new Blob([new Uint8Array(gzipSync(new Uint8Array(100_000)))]).stream();

  it('is unpacked whole', async () => {
    expect((await unzip(zipped())).length).toBe(100_000);
  });

  it('is refused as soon as it is larger than expected', async () => {
    await expect(unzip(zipped(), 99_999)).rejects.toThrow(/larger than the 99999 bytes/);
  });
});

describe('the births', () => {
  const values = readBirths(gunzipSync(packBirths()));
  const births = makeBirths(values);

  it('are 7,305 days, the first with 8,486', () => {
    expect([values.length, values[0]]).toEqual([7305, 8486]);
  });

  it('are tested on the four years after those they are learnt from', () => {
    // 1969-01-01 and 5,844 days are 1985-01-01.
    expect(births.test.count).toBe(7305 - 5844);
    expect(births.train.count).toBe(5844 - WINDOW - 7);
  });

  it('never look at the day they forecast', () => {
    const changed = Float64Array.from(values);
    changed[5844] = 60_000;
    const other = makeBirths(changed);
    const first = WINDOW * FEATURES;
    expect(other.test.inputs.subarray(0, first)).toEqual(births.test.inputs.subarray(0, first));
    expect(other.test.targets[0]).not.toBe(births.test.targets[0]);
    expect(other.test.inputs.subarray(first, 2 * first)).not.toEqual(
      births.test.inputs.subarray(first, 2 * first),
    );
  });

  it('know the weekday of the day they forecast', () => {
    // 1985-01-01 was a Tuesday: the third of seven columns, Sunday first.
    const lastDay = births.test.inputs.subarray((WINDOW - 1) * FEATURES, WINDOW * FEATURES);
    expect([...lastDay.subarray(4)]).toEqual([0, 0, 1, 0, 0, 0, 0]);
  });
});
