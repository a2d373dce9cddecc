import { expect, it } from 'vitest';
import { prepareDigit } from './prepare-digit';

/** A drawing of 100 × 100 with ink where the function says. */
function drawing(isInk: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 10_000 }, (_, i) => (isInk(i % 100, Math.floor(i / 100)) ? 255 : 0));
}

const at = (image: Float32Array, x: number, y: number) => image[28 * y + x]!;

it('fits the longer side into 20 pixels and puts the centre of mass into the middle, wherever it was drawn', () => {
  // 10 wide, 40 high: 5 × 20 in the middle of 28 × 28, from 11.5 to 16.5 and from 4 to 24.
  const bar = (left: number, top: number) =>
    prepareDigit(
      drawing((x, y) => x >= left && x < left + 10 && y >= top && y < top + 40),
      100,
    )!;
  const image = bar(60, 55);
  expect([
    at(image, 11, 10),
    at(image, 12, 10),
    at(image, 15, 10),
    at(image, 16, 10),
    at(image, 17, 10),
  ]).toEqual([0.5, 1, 1, 0.5, 0].map((value) => expect.closeTo(value, 5)));
  expect([at(image, 14, 3), at(image, 14, 4), at(image, 14, 23), at(image, 14, 24)]).toEqual(
    [0, 1, 1, 0].map((value) => expect.closeTo(value, 5)),
  );
  const moved = bar(0, 0);
  expect(Math.max(...moved.map((value, i) => Math.abs(value - image[i]!)))).toBeLessThan(1e-5);
});

it('weighs by ink: a foot drawn heavily lies lower than the middle of its box', () => {
  // A thin stroke of 40 with a wide foot: its mass is in the foot, so the foot comes up to the middle.
  const image = prepareDigit(
    drawing((x, y) => (x >= 48 && x < 52 && y >= 20 && y < 50) || (x >= 40 && x < 60 && y >= 50 && y < 60)),
    100,
  )!;
  const rows = Array.from({ length: 28 }, (_, y) =>
    image.subarray(28 * y, 28 * y + 28).reduce((a, b) => a + b, 0),
  );
  const centre = rows.reduce((sum, ink, y) => sum + ink * (y + 0.5), 0) / rows.reduce((a, b) => a + b, 0);
  expect(centre).toBeCloseTo(14, 5);
});

it('has nothing to say about an empty drawing', () => {
  expect(
    prepareDigit(
      drawing(() => false),
      100,
    ),
  ).toBeNull();
});
