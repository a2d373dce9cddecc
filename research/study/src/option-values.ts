import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { didYouMean } from '@synaprune/core/checks';
import { InvalidArgumentError } from '@synaprune/examples-kit/terminal/command';
import { integer } from '@synaprune/examples-kit/terminal/option-values';
import { readDataList, type SeriesRequest } from './data-list.js';

/** `count` whole numbers from `first` up. */
export function countUp(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Reads names with commas between them, each once, all of them known. */
export function names<Name extends string>(what: string, known: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const given = split(text);
    const unknown = given.filter((name) => !known.includes(name as Name));
    if (given.length === 0 || unknown.length > 0) {
      const got = unknown.length > 0 ? unknown.join(', ') : 'none';
      const near = unknown.length === 1 ? didYouMean(unknown[0], known) : '';
      throw new InvalidArgumentError(`Needed ${what}s among ${known.join(', ')}; got ${got}${near || '.'}`);
    }
    return [...new Set(given)] as Name[];
  };
}

/** Reads lengths of windows, as they are compared: each once, the shortest first. */
export function lengths(text: string): number[] {
  const values = split(text).map(integer(1, 10_000));
  if (values.length === 0) throw new InvalidArgumentError('Needed lengths, got none.');
  return [...new Set(values)].sort((a, b) => a - b);
}

/** Reads series; the flag may be given more than once. The same series twice counts once. */
export function dataLists(text: string, before: readonly SeriesRequest[] = []): SeriesRequest[] {
  const requests = readDataList(text);
  if (requests.some(({ source }) => source === '')) {
    throw new InvalidArgumentError('Needed names or paths, got an empty one.');
  }
  const all = new Map([...before, ...requests].map((request) => [JSON.stringify(request), request]));
  return [...all.values()];
}

/** Reads where a study.json is: its path, or that of its folder. */
export function studyJsonPath(text: string): string {
  const inside = join(text, 'study.json');
  if (existsSync(inside)) return inside;
  if (!existsSync(text) || statSync(text).isDirectory()) {
    throw new InvalidArgumentError(`Needed a folder with a study.json; there is no ${inside}.`);
  }
  return text;
}

/** Reads where files are: the path of a folder. */
export function folderPath(text: string): string {
  const path = resolve(text);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new InvalidArgumentError(`Needed a folder; ${path} is none.`);
  }
  return path;
}

/** Reads the address of a Redis. */
export function redisUrl(text: string): string {
  if (!/^rediss?:$/.test(protocolOf(text))) {
    throw new InvalidArgumentError('Needed redis://HOST:PORT, or rediss:// for an encrypted connection.');
  }
  return text;
}

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
