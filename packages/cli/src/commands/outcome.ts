import type { Notice } from '@synaprune/core';
import pc from 'picocolors';
import { columnsOf, printLine, wrap } from '../output/terminal.js';

/** What a command has to say. */
export interface Outcome {
  /** For programs: what `--json` prints. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For people. */
  readonly text: string;
  readonly notices: readonly Notice[];
}

/** Prints an outcome: JSON and nothing else, or text; notices beside the text, on the error stream. */
export function printOutcome({ json, text, notices }: Outcome, asJson: boolean): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
    return;
  }
  printLine(text);
  for (const { code, message } of notices) {
    printLine(pc.yellow(wrap(`notice ${code}: ${message}`, columnsOf(process.stderr))), process.stderr);
  }
}
