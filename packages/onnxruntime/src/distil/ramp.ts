/** How pruning goes on while a model is trained. */
export interface RampOptions {
  /** The sparsity at the beginning, and at the end. */
  readonly from: number;
  readonly to: number;
  /** The unexplained share above which the ramp waits. */
  readonly mark: number;
}

/** A ramp of sparsity that waits. */
export interface Ramp {
  /**
   * The sparsity at this part of the run, in [0, 1].
   *
   * @param unexplained how much of what there is to explain is not, lately; undefined before the first step
   */
  next(progress: number, unexplained: number | undefined): number;
  readonly done: boolean;
  /** How often it had to go on though it should have waited. */
  readonly hurried: number;
}

/** The part of a run after which the ramp is at its end where it never waits. */
const PLANNED = 0.4;

/** From where to where it is carried along, whatever the loss: what comes after the second repairs. */
const CARRIED: readonly [number, number] = [0.25, 0.65];

/**
 * A ramp that is fast at first, as Zhu and Gupta's, and waits as long as the loss is above its mark. It never waits so
 * long that nothing of the run would be left to repair in.
 */
export function createRamp({ from, to, mark }: RampOptions): Ramp {
  // Along the ramp, in [0, 1].
  let at = to > from ? 0 : 1;
  let before = 0;
  let hurried = 0;
  return {
    next(progress, unexplained) {
      const planned = at + (progress - before) / PLANNED;
      before = progress;
      const least = (progress - CARRIED[0]) / (CARRIED[1] - CARRIED[0]);
      const waits = unexplained !== undefined && !(unexplained <= mark);
      if (waits && at < 1 && least > at) hurried += 1;
      at = Math.min(1, Math.max(waits ? at : planned, least, at));
      return at === 1 ? Math.max(from, to) : from + (to - from) * (1 - (1 - at) ** 3);
    },
    get done() {
      return at === 1;
    },
    get hurried() {
      return hurried;
    },
  };
}
