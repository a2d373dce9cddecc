import type { NamedMask } from '@synaprune/core';
import type { LayerWeight, RunWeights } from './layer-weights';
import { masksOf, unpackWeights } from './layer-weights';
import type { Moment } from './moment';

/** Which network the page shows: the run's as it is now, or as it was at a moment. */
export interface Shown {
  /** The run as it is now, and the moment of it before that. */
  masks(masks: readonly NamedMask[] | null, preceding: Moment | null): void;
  weights(weights: RunWeights | null): void;
  /** Whether the run stands still. */
  rest(resting: boolean): void;
  /** Shows a moment, beside the one before it; `null` for now. */
  look(moment: Moment | null, preceding: Moment | null): void;
  /** What is shown; `null` for now. */
  moment(): Moment | null;
}

/** @param show draws masks, given those before them in the run, and weights; is told whether the run stands still */
export function createShown(show: {
  masks(masks: readonly NamedMask[] | null, before: readonly NamedMask[] | null): void;
  weights(weights: RunWeights | null, resting: boolean): void;
}): Shown {
  /** Masks of moments that were unpacked: the next is compared with them. */
  const known = new WeakMap<Moment, readonly NamedMask[]>();
  let now: { readonly masks: readonly NamedMask[] | null; readonly preceding: Moment | null } = {
    masks: null,
    preceding: null,
  };
  let weights: RunWeights | null = null;
  let moment: Moment | null = null;
  let resting = false;

  async function unpackMoment(wanted: Moment): Promise<readonly LayerWeight[]> {
    const unpacked = await unpackWeights(wanted.packed);
    known.set(wanted, masksOf(unpacked));
    return unpacked;
  }

  async function masksAt(wanted: Moment): Promise<readonly NamedMask[]> {
    if (!known.has(wanted)) await unpackMoment(wanted);
    return known.get(wanted)!;
  }

  async function showMoment(wanted: Moment, preceding: Moment | null): Promise<void> {
    const before = preceding === null ? null : await masksAt(preceding);
    const pruned = await unpackMoment(wanted);
    // Another may have been asked for meanwhile.
    if (moment !== wanted || weights === null) return;
    show.masks(known.get(wanted)!, before);
    // The dense twin stays as it is now: of its past there are only figures.
    show.weights({ pruned, dense: weights.dense }, resting);
  }

  function showMasks(): void {
    const drawn = now;
    const { masks, preceding } = drawn;
    const before = preceding === null ? null : known.get(preceding);
    show.masks(masks, before ?? null);
    // What is known is drawn at once; what was dropped just now, as soon as the moment before is unpacked.
    if (masks === null || preceding === null || before !== undefined) return;
    void masksAt(preceding).then((unpacked) => {
      if (now === drawn && moment === null) show.masks(masks, unpacked);
    });
  }

  function showWeights(): void {
    if (moment !== null) return;
    show.weights(weights, resting);
  }

  return {
    masks(masks, preceding) {
      now = { masks, preceding };
      if (moment === null || masks === null) showMasks();
    },
    weights(given) {
      weights = given;
      if (given === null) moment = null;
      showWeights();
    },
    rest(given) {
      if (resting === given) return;
      resting = given;
      showWeights();
    },
    look(wanted, preceding) {
      moment = wanted;
      if (wanted !== null) void showMoment(wanted, preceding);
      else {
        showMasks();
        showWeights();
      }
    },
    moment: () => moment,
  };
}
