import { createCanvas } from '@napi-rs/canvas';
import type { Line } from './draw-line.js';

/** A line as a PNG, in base64. */
export function linePng({ pixels, width }: Line): string {
  const height = pixels.length / width;
  const context = createCanvas(width, height).getContext('2d');
  const image = context.createImageData(width, height);
  pixels.forEach((value, i) => {
    const grey = Math.round((value + 1) * 127.5);
    image.data.set([grey, grey, grey, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  return context.canvas.toBuffer('image/png').toString('base64');
}
