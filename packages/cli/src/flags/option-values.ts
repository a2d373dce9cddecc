import { quote } from '@synaprune/core/checks';
import { InvalidArgumentError } from 'commander';

/** Reads a number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Needed a number.');
  return value;
}

/** Reads a number above 0. */
export function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('Needed a number above 0.');
  return value;
}

/** Reads a whole number of at least so much. */
export function integer(least: number, most: number = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Needed a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads a share that is kept: above 0, at most 1. */
export function keptShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1)) {
    throw new InvalidArgumentError('Needed a number above 0, at most 1.');
  }
  return value;
}

/** Reads a share in [0, 1]. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Needed a number from 0 to 1.');
  return value;
}

/** Reads what stands between commas. */
export function listOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.includes('')) throw new InvalidArgumentError('Needed values with commas between them.');
  return parts;
}

/** Reads lengths by name: `height=320,width=320`. */
export function pairs(text: string): Record<string, number> {
  const lengths = new Map<string, number>();
  for (const part of listOf(text)) {
    const at = part.lastIndexOf('=');
    if (at < 1) throw new InvalidArgumentError('Needed names and lengths: height=320,width=320.');
    const name = part.slice(0, at);
    if (lengths.has(name)) throw new InvalidArgumentError(`Needed each name once, got ${quote(name)} twice.`);
    lengths.set(name, integer(1)(part.slice(at + 1)));
  }
  return Object.fromEntries(lengths);
}
