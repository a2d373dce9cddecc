/** How losses of single steps are averaged: the weight of the newest. */
const NEWEST = 0.3;

/** Worse than this, and than three times what was good last, is lost: 1 is knowing nothing but the mean. */
const LOST = 1.5;

/** How often a run is set back before it is given up. */
const MOST = 5;

/** Looks after the losses of a run. */
export interface Watch {
  /** What is unexplained lately, an average; undefined before the first step and after a setback. */
  readonly unexplained: number | undefined;
  /** The share of the learning rate that is left after setbacks. */
  readonly caution: number;
  readonly setbacks: number;
  /** Whether there have been so many that going on is of no use. */
  readonly hopeless: boolean;
  /** Takes the unexplained share of a step. @returns whether the run is lost, and is to be set back */
  see(share: number): boolean;
  /** Notes that the run is good as it is: this is where a setback leads to. */
  good(): void;
  setBack(): void;
}

export function createWatch(): Watch {
  let unexplained: number | undefined;
  let [best, caution, setbacks] = [Number.POSITIVE_INFINITY, 1, 0];
  return {
    get unexplained() {
      return unexplained;
    },
    get caution() {
      return caution;
    },
    get setbacks() {
      return setbacks;
    },
    get hopeless() {
      return setbacks > MOST;
    },
    see(share) {
      if (!Number.isFinite(share)) return true;
      if (share > Math.max(LOST, 3 * best)) return true;
      unexplained = unexplained === undefined ? share : unexplained + NEWEST * (share - unexplained);
      return false;
    },
    good() {
      if (unexplained !== undefined) best = unexplained;
    },
    setBack() {
      setbacks += 1;
      caution /= 2;
      unexplained = undefined;
    },
  };
}
