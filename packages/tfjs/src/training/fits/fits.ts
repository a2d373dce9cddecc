import type { Schedule } from '@synaprune/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { LivePruner } from '../pruner/live-pruner.js';
import { FIRST_TOLD } from '../pruner/pruner-notices.js';
import type { Telling } from '../pruner/telling.js';
import type { Following } from '../steps/follow-optimizer.js';
import { requireOneOptimizer } from '../steps/one-optimizer.js';
import type { FitListener } from './callback.js';
import { orderedCallbacks } from './fit-callbacks.js';
import { CALLBACK_LEFT_OUT, prunedAfterTraining, tellTrainable } from './fit-notices.js';
import type { ModelHooks } from './follow-model.js';
import { requireOwnFit } from './own-fit.js';

/** Where a pruning is in its fits. Made by {@link createFits}. */
export interface Fits {
  readonly hooks: ModelHooks;
  readonly listener: FitListener;
  /** Tells who it is for, so that it is known when given in the place of its callback. */
  own(pruning: { readonly callback: unknown }): void;
}

/** Follows a pruned model through compiling, fits, steps by hand and saving. */
export function createFits({
  model,
  live,
  telling,
  following,
  rhythm,
  schedule,
}: {
  readonly model: LayersModel;
  readonly live: LivePruner;
  readonly telling: Telling;
  readonly following: Following;
  readonly rhythm: number | 'epoch';
  readonly schedule: Schedule;
}): Fits {
  const { pruner } = live;
  let pruning: { readonly callback?: unknown } = {};
  /** What the fit that is going on was told, and whether the callback took part. */
  let fit:
    | { readonly initialEpoch: number | undefined; readonly epochs: number; listened: boolean }
    | undefined;
  /** Where a last update came after the last epoch of a fit: the next epoch is there, not after it. */
  let arrived: number | undefined;

  const requireLive = (): void => {
    if (following.live()) return;
    throw new TypeError(
      'pruning.callback needs its pruning attached to the model; it was detached or disposed of, so that no ' +
        'step would enforce the masks. Leave it out, or call pruneModel again',
    );
  };
  const stepping = (): Promise<void> | undefined => {
    following.follow(fit !== undefined);
    const told = tellTrainable(model);
    if (told.length === 0) telling.withdraw('trainable-without-effect');
    for (const notice of told) telling.tell(notice);
    return live.look();
  };

  return {
    own(value) {
      pruning = value;
    },
    hooks: {
      compiled() {
        following.follow(fit !== undefined);
        requireOneOptimizer(model, live.kernels().kernels, 1);
      },
      stepping,
      async fitting(args, run) {
        const callbacks = orderedCallbacks(args?.callbacks, args?.yieldEvery, pruning);
        const before = fit;
        const { initialEpoch, epochs = 1 } = args ?? {};
        const own = { initialEpoch, epochs: epochs - (initialEpoch ?? 0), listened: false };
        fit = own;
        try {
          await stepping();
          await live.findWritten();
          const result = await run(callbacks === undefined ? args : { ...args, callbacks });
          const done = schedule.end !== undefined && (live.position() ?? 0) >= schedule.end;
          if (!own.listened && !done) telling.tell(CALLBACK_LEFT_OUT);
          // Another callback may have put the best weights back.
          if (following.live()) await live.findWritten();
          return result;
        } finally {
          fit = before;
          following.follow(fit !== undefined);
        }
      },
      async saving() {
        await pruner.report();
        await pruner.enforce();
      },
    },
    listener: {
      begin() {
        requireLive();
        requireOwnFit(model);
        following.follow(fit !== undefined);
        if (fit !== undefined) fit.listened = true;
        telling.withdraw('pruned-after-training');
        if (rhythm !== 'epoch' || fit?.initialEpoch != null) return 0;
        const last = live.position();
        if (last === null) return 0;
        return last === arrived ? last : Math.floor(last) + 1;
      },
      async update(position) {
        requireLive();
        arrived = undefined;
        const { notices } = await pruner.update(position);
        // A fit hands no result of an update on, and reports of core do not say these.
        telling.keep(notices.filter(({ code }) => FIRST_TOLD.includes(code)));
      },
      async end(position) {
        if (!following.live()) return;
        const last = live.position();
        const { end } = schedule;
        if (last !== null && end !== undefined && last < end && end <= position) {
          const { dropped } = await pruner.update(position);
          arrived = position;
          if (dropped === 0) return;
          const notice = prunedAfterTraining(position, last);
          // A fit of one epoch is one of a loop, most likely, and the next one trains on: then reports alone tell.
          if (fit !== undefined && fit.epochs <= 1) telling.keep([notice]);
          else telling.tell(notice);
        }
        await pruner.report();
      },
    },
  };
}
