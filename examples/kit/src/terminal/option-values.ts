import { InvalidArgumentError } from 'commander';

/** Reads a whole number in a range. */
export function integer(least: number, most: number = 2 ** 31 - 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Needed an integer from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Reads a number from 0 up to, not including, 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.length > 40 || text.trim() === '' || !(value >= 0 && value < 1)) {
    throw new InvalidArgumentError('Needed a number from 0 up to, not including, 1.');
  }
  return value;
}

/** Reads what stands between commas. */
export function list(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}
