import { SIDE } from '../data/digits';

/** MNIST fits a digit into a square of this side, and puts its centre of mass into the middle of the image. */
const BOX = 20;

/**
 * A drawing as the images of MNIST are made: cut out, scaled so that its longer side takes 20 pixels, and moved so that
 * its centre of mass lies in the middle of 28 × 28 pixels.
 *
 * @param ink row by row, 0 is paper and 255 is ink
 * @returns 784 values in [0, 1]; `null` of an empty drawing
 */
export function prepareDigit(ink: Uint8Array | Uint8ClampedArray, width: number): Float32Array | null {
  const box = boxOf(ink, width);
  if (box === null) return null;
  const scale = BOX / Math.max(box.right - box.left, box.bottom - box.top);
  const [middleX, middleY] = centreOf(ink, width);
  const image = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      // The square of the drawing that becomes this pixel.
      const [left, top] = [middleX + (x - SIDE / 2) / scale, middleY + (y - SIDE / 2) / scale];
      image[y * SIDE + x] = meanOver(ink, width, left, top, 1 / scale) / 255;
    }
  }
  return image;
}

function boxOf(ink: ArrayLike<number>, width: number) {
  const box = { left: width, top: Number.POSITIVE_INFINITY, right: 0, bottom: 0 };
  for (let at = 0; at < ink.length; at += 1) {
    if (ink[at] === 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  return box.right === 0 ? null : box;
}

function centreOf(ink: ArrayLike<number>, width: number): readonly [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  for (let at = 0; at < ink.length; at += 1) {
    const value = ink[at]!;
    mass += value;
    x += value * ((at % width) + 0.5);
    y += value * (Math.floor(at / width) + 0.5);
  }
  return [x / mass, y / mass];
}

/** The mean over a square, its edges counted by how much of a pixel lies in; outside of the drawing is paper. */
function meanOver(ink: ArrayLike<number>, width: number, left: number, top: number, side: number): number {
  const height = ink.length / width;
  let sum = 0;
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, top + side); y += 1) {
    const high = Math.min(y + 1, top + side) - Math.max(y, top);
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(width, left + side); x += 1) {
      sum += ink[y * width + x]! * high * (Math.min(x + 1, left + side) - Math.max(x, left));
    }
  }
  return sum / (side * side);
}
