/*
 * Text that came from elsewhere (names out of files, keys of options, values that were got) as a message may
 * show it: short, and without the control characters that would drive a terminal.
 */

/** Controls of C0 and C1, line separators, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

const LONGEST_NAME = 120;
const LONGEST_MESSAGE = 4_000;

/**
 * A text in double quotes, escaped as JSON does and beyond, and cut where it is longer than `longest`.
 *
 * @example
 * ```ts
 * import { quote } from '@synaprune/core/checks';
 *
 * console.log(quote('dense/kernel'), quote('\u001b[2J')); // "dense/kernel" "\u001b[2J"
 * ```
 */
export function quote(text: string, longest: number = LONGEST_NAME): string {
  return escapeUnseen(JSON.stringify(shorten(text, longest)));
}

/**
 * Names in quotes, comma separated; of more than `most` the first ones and how many more there are.
 *
 * @example
 * ```ts
 * import { listNames } from '@synaprune/core/checks';
 *
 * console.log(listNames(['a', 'b', 'c'], 2)); // "a", "b" and 1 more
 * ```
 */
export function listNames(names: readonly string[], most = 12): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, most).map((name) => quote(name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/**
 * A whole message made safe to print: controls other than line breaks escaped, and no longer than some
 * thousand characters.
 *
 * @example
 * ```ts
 * import { legible } from '@synaprune/core/checks';
 *
 * console.log(legible('weight \u001b[31mkernel')); // weight \u001b[31mkernel
 * ```
 */
export function legible(text: string, longest: number = LONGEST_MESSAGE): string {
  return shorten(text, longest)
    .split('\n')
    .map((line) => escapeUnseen(line))
    .join('\n');
}

/** A value as an error message shows it, short whatever it is. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value, 60);
  if (typeof value === 'bigint') return `${shorten(String(value), 40)}n`;
  if (typeof value === 'function') {
    // A class may have a static member of this name, which may be anything.
    const name: unknown = value.name;
    return typeof name === 'string' && name !== '' ? `the function ${legible(name, 60)}` : 'a function';
  }
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value)) return describeView(value);
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** Of the type that the language gave it, whatever its constructor says. */
function describeView(view: ArrayBufferView): string {
  const type = Object.prototype.toString.call(view).slice('[object '.length, -1);
  const size = view instanceof DataView ? view.byteLength : (view as Uint8Array).length;
  return `${/^[AEIO]/.test(type) ? 'an' : 'a'} ${quote(type).slice(1, -1)} of ${size}`;
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
