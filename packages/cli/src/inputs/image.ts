import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { ModelInput } from '@synaprune/onnxruntime';
import type { InputArray } from './array.js';

/** How pictures become numbers: `(pixel · scale − mean) / std`, pixels from 0 to 255. */
export interface ImageOptions {
  /** 1/255 unless told, so that numbers are in [0, 1]; 1 for inputs of uint8. */
  readonly scale?: number | undefined;
  /** Of all channels, or of each; 0 unless told. */
  readonly mean?: readonly number[] | undefined;
  /** Of all channels, or of each; 1 unless told. */
  readonly std?: readonly number[] | undefined;
  /** The order of the channels; `rgb` unless told. */
  readonly channels?: 'rgb' | 'bgr' | undefined;
}

/** Where channels, height and width stand in a model's input. */
export interface ImageLayout {
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3 | 4;
  readonly height: number | null;
  readonly width: number | null;
  /** Whether there is an axis for the batch in front. */
  readonly batched: boolean;
}

/** Sides that a model leaves open both are cut to whole multiples of what networks halve them by. */
const STEP = 32;

/**
 * The layout of an input that takes pictures: three axes, or four with the batch, of which one has 1, 3 or 4 channels.
 * Channels in front win where both ends could be.
 */
export function imageLayout({ dims }: ModelInput): ImageLayout | undefined {
  if (dims === null || dims.length < 3 || dims.length > 4) return undefined;
  const batched = dims.length === 4;
  const [first, second, third] = dims.slice(-3) as [number | null, number | null, number | null];
  const isChannels = (size: number | null): size is 1 | 3 | 4 => size === 1 || size === 3 || size === 4;
  if (isChannels(first)) return { layout: 'NCHW', channels: first, height: second, width: third, batched };
  if (isChannels(third)) return { layout: 'NHWC', channels: third, height: first, width: second, batched };
  return undefined;
}

/**
 * A picture, stretched to the size that the model takes. Where the model leaves one side open, it follows from the
 * picture's own; where it leaves both open, the picture keeps its size, down to a multiple of 32.
 *
 * @throws PruneError `bad-inputs` when it cannot be read
 */
export async function readImage(
  bytes: Uint8Array,
  place: string,
  layout: ImageLayout,
  type: string,
  options: ImageOptions,
): Promise<InputArray> {
  const { default: sharp } = await import('sharp');
  const { channels } = layout;
  try {
    // Turned as the camera says, in sRGB; what shows through is white.
    const picture = sharp(bytes).autoOrient();
    const { width = 0, height = 0 } = await sharp(await picture.toBuffer()).metadata();
    const size = sizeOf(layout, width, height);
    const coloured = channels === 4 ? picture.ensureAlpha() : picture.flatten({ background: '#fff' });
    const { data, info } = await coloured
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return arrayOf(data, { ...layout, ...size }, info.channels, type, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('bad-inputs', `${quote(place, 500)} cannot be read as a picture: ${reason}`, {
      cause,
    });
  }
}

function sizeOf({ height, width }: ImageLayout, ownWidth: number, ownHeight: number) {
  const whole = (size: number) => Math.max(1, Math.round(size));
  const stepped = (size: number) => Math.max(STEP, Math.floor(size / STEP) * STEP);
  if (height !== null && width !== null) return { height, width };
  if (height !== null) return { height, width: whole((ownWidth * height) / ownHeight) };
  if (width !== null) return { height: whole((ownHeight * width) / ownWidth), width };
  return { height: stepped(ownHeight), width: stepped(ownWidth) };
}

function arrayOf(
  pixels: Uint8Array,
  {
    layout,
    channels,
    height,
    width,
    batched,
  }: ImageLayout & { readonly height: number; readonly width: number },
  stored: number,
  type: string,
  { scale, mean = [0], std = [1], channels: order = 'rgb' }: ImageOptions,
): InputArray {
  const area = height * width;
  const factor = scale ?? (type === 'uint8' ? 1 : 1 / 255);
  const numbers = new Float32Array(channels * area);
  for (let channel = 0; channel < channels; channel += 1) {
    const from = order === 'bgr' && channel < 3 && channels >= 3 ? 2 - channel : channel;
    const [shift, spread] = [mean[channel] ?? mean[0]!, std[channel] ?? std[0]!];
    for (let at = 0; at < area; at += 1) {
      const value = (pixels[at * stored + from]! * factor - shift) / spread;
      numbers[layout === 'NCHW' ? channel * area + at : at * channels + channel] = value;
    }
  }
  const own = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  return { data: numbers, dims: batched ? [1, ...own] : own };
}
