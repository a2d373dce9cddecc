import type { NamedMask } from '@synaprune/core';
import type { RunWeights } from './layer-weights';
import { masksOf, unpackWeights } from './layer-weights';
import type { Moment } from './moment';

/** Which network the page shows: the run's as it is now, or as it was at a moment. */
export interface Shown {
  /** The run as it is now. */
  masks(masks: readonly NamedMask[] | null): void;
  weights(weights: RunWeights | null): void;
  /** Whether the run stands still. */
  rest(resting: boolean): void;
  /** Shows a moment; `null` for now. */
  look(moment: Moment | null): void;
  /** What is shown; `null` for now. */
  moment(): Moment | null;
}

/** @param show draws masks and weights, and is told whether the run stands still */
export function createShown(show: {
  masks(masks: readonly NamedMask[] | null): void;
  weights(weights: RunWeights | null, resting: boolean): void;
}): Shown {
  let masks: readonly NamedMask[] | null = null;
  let weights: RunWeights | null = null;
  let moment: Moment | null = null;
  let resting = false;

  async function showMoment(wanted: Moment): Promise<void> {
    const pruned = await unpackWeights(wanted.packed);
    // Another may have been asked for meanwhile.
    if (moment !== wanted || weights === null) return;
    show.masks(masksOf(pruned));
    // The dense twin stays as it is now: of its past there are only figures.
    show.weights({ pruned, dense: weights.dense }, resting);
  }

  function showNow(): void {
    if (moment !== null) return;
    show.weights(weights, resting);
  }

  return {
    masks(given) {
      masks = given;
      if (moment === null || given === null) show.masks(given);
    },
    weights(given) {
      weights = given;
      if (given === null) moment = null;
      showNow();
    },
    rest(given) {
      if (resting === given) return;
      resting = given;
      showNow();
    },
    look(wanted) {
      moment = wanted;
      if (wanted !== null) void showMoment(wanted);
      else {
        show.masks(masks);
        showNow();
      }
    },
    moment: () => moment,
  };
}
