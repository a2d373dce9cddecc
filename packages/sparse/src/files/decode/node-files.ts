import type { PackedSource } from './source.js';

/**
 * What an address that cannot be read is told besides, where it is a path or a file in Node, which fetches neither. Not in
 * the reader itself, which is to be small.
 */
export function nodeFileHint(
  source: PackedSource,
  { code, cause }: { code?: string; cause?: unknown },
): string {
  const isAddress = typeof source === 'string' || source instanceof URL;
  const isFile = /^file:/i.test(String(source)) || /parse URL/.test(String(cause));
  return code === 'file-failed' && isAddress && isFile
    ? '; in Node pass the bytes of the file, by readFile'
    : '';
}
