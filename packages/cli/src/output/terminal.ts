import { legible } from '@synaprune/core/checks';

/** What picocolors writes: the only escape sequences that may reach a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
const STYLE = /(\u001b\[(?:[0-4]|2[2-4]|3[0-9]|9[0-7])m)/;

/** Lines as a terminal may get them: every control character is escaped but line breaks and our own colours. */
export function terminalText(text: string): string {
  return text
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : legible(part, Number.POSITIVE_INFINITY)))
    .join('');
}

/** Prints a line. Everything but moving bars and JSON goes through here. */
export function printLine(text: string, stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(`${terminalText(text)}\n`);
}

/** A text broken into lines of at most `width` characters, at its spaces. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Characters of a line: of the terminal where there is one, and no more than are read with ease. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return Math.min(stream.columns || 110, 110);
}
