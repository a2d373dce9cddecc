import type { Notice } from '@synaprune/core';

/** Where a pruning's notices go. Made by {@link createTelling}. */
export interface Telling {
  /** Prints a notice of the pruning's own, and keeps it for reports. */
  tell(notice: Notice): void;
  /**
   * Takes notices of this code back, because they no longer hold.
   *
   * @param weights of which they no longer hold, where they are about some; they stand as long as one is left
   */
  withdraw(code: string, weights?: readonly string[]): void;
  /** Keeps notices for reports that their receiver does not look at. */
  keep(notices: readonly Notice[]): void;
  /** Prints those of `notices` that were not printed yet. */
  pass(notices: readonly Notice[]): void;
  /** The pruning's own notices so far, each once. */
  readonly told: readonly Notice[];
  /** The pruning's own notices since the last call. */
  takeFresh(): Notice[];
}

/**
 * Prints each notice once, as long as it is about the same weights: an update that says every epoch what the
 * one before it said would bury what is new.
 */
export function createTelling(print: ((text: string) => void) | false): Telling {
  const printed = new Set<string>();
  const told: Notice[] = [];
  let fresh: Notice[] = [];
  const pass = (notices: readonly Notice[]): void => {
    for (const notice of notices) {
      if (printed.has(keyOf(notice))) continue;
      printed.add(keyOf(notice));
      if (print !== false) print(`${notice.code}: ${notice.message}`);
    }
  };
  const keep = (notices: readonly Notice[]): void => {
    const keys = new Set(notices.map(keyOf));
    told.splice(0, told.length, ...told.filter((other) => !keys.has(keyOf(other))), ...notices);
  };
  return {
    told,
    tell(notice) {
      keep([notice]);
      // A loop of steps tells it at every one before an update takes it.
      fresh = [...fresh.filter((other) => keyOf(other) !== keyOf(notice)), notice];
      pass([notice]);
    },
    withdraw(code, gone) {
      const still = told.filter((notice) => {
        return notice.code !== code || (gone && !notice.weights?.every((name) => gone.includes(name)));
      });
      told.splice(0, told.length, ...still);
    },
    keep,
    pass,
    takeFresh() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

function keyOf({ code, weights = [] }: Notice): string {
  return JSON.stringify([code, ...weights]);
}
