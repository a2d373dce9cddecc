import { createCanvas } from '@napi-rs/canvas';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Font } from './fonts.js';

/** The height in pixels that the models see lines at. */
const LINE_HEIGHT = 48;

/** A line of text as the model sees it. */
export interface Line {
  readonly text: string;
  readonly font: Font;
  /** Grey values `[48, width]`, from −1, black, to 1, white. */
  readonly pixels: Float32Array;
  readonly width: number;
  /** Whether it is upside down, turned by 180°. */
  readonly turned: boolean;
}

const MARGIN = 6;

/**
 * Draws a line at a random size, position, slope and contrast, dark on light or light on dark, with noise. A
 * text that is too long for its size is drawn smaller.
 */
export function drawLine(text: string, font: Font, width: number, random: RandomGenerator): Line {
  const between = (low: number, high: number) => low + (high - low) * uniformFloat64(random);
  const canvas = createCanvas(width, LINE_HEIGHT);
  const context = canvas.getContext('2d');
  const paper = between(190, 255);
  const ink = between(0, 80);
  const inverted = uniformFloat64(random) < 0.25;
  const grey = (value: number) => `rgb(${[value, value, value].map(Math.round).join()})`;
  context.fillStyle = grey(inverted ? ink : paper);
  context.fillRect(0, 0, width, LINE_HEIGHT);
  context.fillStyle = grey(inverted ? paper : ink);
  const wanted = between(23, 31);
  context.font = `${wanted}px "${font}"`;
  const room = width - 2 * MARGIN;
  const needed = context.measureText(text).width;
  const size = needed > room ? (wanted * room) / needed : wanted;
  context.font = `${size}px "${font}"`;
  const slack = room - Math.min(needed, room);
  context.translate(MARGIN + between(0, slack), LINE_HEIGHT / 2 + size * 0.33 + between(-3, 3));
  context.rotate(between(-0.015, 0.015));
  context.fillText(text, 0, 0);
  const { data } = context.getImageData(0, 0, width, LINE_HEIGHT);
  const noise = between(0, 0.1);
  const pixels = Float32Array.from({ length: width * LINE_HEIGHT }, (_, i) => {
    const value = data[4 * i]! / 127.5 - 1 + between(-noise, noise);
    return Math.min(1, Math.max(-1, value));
  });
  return { text, font, pixels, width, turned: false };
}

/** The same line upside down. */
export function turnLine(line: Line): Line {
  return { ...line, pixels: line.pixels.toReversed(), turned: !line.turned };
}
