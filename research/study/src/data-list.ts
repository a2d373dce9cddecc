import { existsSync } from 'node:fs';

/** A series as it was asked for. */
export interface SeriesRequest {
  readonly source: string;
  readonly target?: string;
}

/**
 * Reads `NAME-OR-PATH[:TARGET],…`. A part is cut at its last colon, unless the whole of it is a file's path. A path
 * that holds commas has to stand alone: `--data` may be given more than once.
 *
 * @param isFile tells whether something is the path of a file
 */
export function readDataList(text: string, isFile: (path: string) => boolean = existsSync): SeriesRequest[] {
  const whole = readItem(text.trim());
  if (text.includes(',') && isFile(whole.source)) return [whole];
  if (text.includes(',') && isFile(text)) return [{ source: text }];
  return text.split(',').map((part) => readItem(part.trim()));

  function readItem(item: string): SeriesRequest {
    const colon = item.lastIndexOf(':');
    if (colon < 0 || isFile(item)) return { source: item };
    const [source, target] = [item.slice(0, colon), item.slice(colon + 1)];
    return target === '' ? { source } : { source, target };
  }
}
