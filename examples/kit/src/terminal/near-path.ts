import { relative } from 'node:path';
import { nameText } from './terminal.js';

/** A path for people: from the folder they are in where it lies below it. */
export function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return nameText(near.startsWith('..') ? path : near, 1000);
}
