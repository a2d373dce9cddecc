import type { Notice } from '@synaprune/core';
import pc from 'picocolors';
import { noticesInOwnWords } from '../output/own-words.js';
import { createProgress, type Progress } from '../output/progress.js';
import { columnsOf, printLine, wrap } from '../output/terminal.js';

/** What a command has to say. */
export interface Outcome {
  /** For programs: what `--json` prints. */
  readonly json: Readonly<Record<string, unknown>>;
  /** For people. */
  readonly text: string;
  readonly notices: readonly Notice[];
}

/** Notices of one code that are printed. */
const MOST_ALIKE = 2;

/** Prints an outcome: JSON and nothing else, or text; notices beside the text, on the error stream. */
export function printOutcome({ json, text, notices: given }: Outcome, asJson: boolean): void {
  const notices = noticesInOwnWords(given);
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ ...json, notices }, null, 2)}\n`);
    return;
  }
  printLine(text);
  const tell = (line: string) => printLine(pc.yellow(wrap(line, columnsOf(process.stderr))), process.stderr);
  for (const code of new Set(notices.map((notice) => notice.code))) {
    const own = notices.filter((notice) => notice.code === code);
    for (const { message } of own.slice(0, MOST_ALIKE)) tell(`notice ${code}: ${message}`);
    if (own.length > MOST_ALIKE) tell(`… and ${own.length - MOST_ALIKE} more of ${code}; --json lists all`);
  }
}

/** Prints what work has to say, and shows how far it is until then. */
export async function tellOutcome(
  asJson: boolean | undefined,
  work: (progress: Progress) => Promise<Outcome>,
): Promise<void> {
  const progress = createProgress();
  let outcome: Outcome;
  try {
    outcome = await work(progress);
  } finally {
    progress.close();
  }
  printOutcome(outcome, asJson ?? false);
}
