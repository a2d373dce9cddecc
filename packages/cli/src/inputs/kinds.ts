import { extname } from 'node:path';

/** Endings of pictures. */
const IMAGES: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'];

/** Endings of raw float32. */
export const RAW: readonly string[] = ['.bin', '.raw', '.f32'];

/** Endings of all files that inputs are read from. */
export const KINDS: readonly string[] = ['.npy', '.npz', ...RAW, ...IMAGES];

/** Whether a file is read for inputs, by its name. */
export function isInputFile(path: string): boolean {
  return KINDS.includes(extname(path).toLowerCase());
}
