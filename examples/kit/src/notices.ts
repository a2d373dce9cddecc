import type { Notice } from '@synaprune/core';
import { nameText } from './terminal/terminal.js';

/** Who a notice is of, and in how many of its runs it was given. */
export interface ToldNotice {
  /** An arm, or a version of a model. */
  readonly who: string;
  readonly code: string;
  /** Of the first run that had it. */
  readonly message: string;
  readonly runs: number;
  /** Of how many. */
  readonly of: number;
}

/** Gathers notices, each once: what every update says again is not said again. */
export function gatherNotices(): { add(notices: readonly Notice[]): void; all(): readonly Notice[] } {
  const gathered = new Map<string, Notice>();
  return {
    add(notices) {
      for (const notice of notices) {
        const name = JSON.stringify([notice.code, notice.weights ?? notice.message]);
        if (!gathered.has(name)) gathered.set(name, notice);
      }
    },
    all: () => [...gathered.values()],
  };
}

/** The notices of runs, one for each code and arm. */
export function tellNotices(
  runs: readonly {
    readonly who: string;
    readonly notices: readonly { readonly code: string; readonly message: string }[];
  }[],
): ToldNotice[] {
  const told = new Map<string, { who: string; code: string; message: string; in: Set<number> }>();
  for (const [i, { who, notices }] of runs.entries()) {
    for (const { code, message } of notices) {
      const name = JSON.stringify([who, code]);
      const entry = told.get(name) ?? { who, code, message, in: new Set() };
      told.set(name, entry);
      entry.in.add(i);
    }
  }
  return [...told.values()].map(({ who, code, message, in: { size } }) => ({
    who,
    code,
    message,
    runs: size,
    of: runs.filter((run) => run.who === who).length,
  }));
}

/** A notice as a line: `pruning, in 2 of 3 runs: weight-emptied: …`. */
export function noticeText({ who, code, message, runs, of }: ToldNotice): string {
  const where = of === 1 ? '' : `, in ${runs} of ${of} runs`;
  return `${nameText(who)}${where}: ${nameText(code)}: ${nameText(message, 600)}`;
}
