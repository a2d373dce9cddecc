import { legible } from '@synaprune/core/checks';

/** What picocolors writes: the only escape sequences that may reach a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
const STYLE = /(\u001b\[(?:[0-4]|2[2-4]|3[0-9]|9[0-7])m)/;

/**
 * Text that came from elsewhere (a name, a path, a message) as part of a line: short, on one line, and without
 * control characters.
 */
export function nameText(text: string, longest = 120): string {
  return legible(text, longest).replaceAll('\n', '\\u000a');
}

/** Names as {@link nameText} shows them, comma separated; of many the first ones and how many more there are. */
export function namesText(names: readonly string[], most = 20): string {
  const shown = names.slice(0, most).map((name) => nameText(name));
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Lines as a terminal may get them: every control character is escaped but line breaks and our own colours. */
export function terminalText(text: string): string {
  return text
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : legible(part, Number.POSITIVE_INFINITY)))
    .join('');
}

/** Prints a line. All output of the program but moving bars goes through here. */
export function printLine(text: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${terminalText(text)}\n`);
}
