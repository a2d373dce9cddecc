import type { MaskedWeight } from '@synaprune/core';
import type { Context } from '../device/context.js';
import { bind, dispatchGroup } from '../device/dispatch.js';
import type { Parameters } from '../device/kept-buffers.js';
import type { WebgpuMask } from '../masks/mask-store.js';
import type { WebgpuWeight } from '../weights/weight.js';
import { createBatches, type PieceBatch } from './batches.js';
import { parametersOf, type TileDispatch, tileDispatches } from './dispatch-tiles.js';
import { entriesOfMasked } from './entries.js';

/**
 * Enforces, and keeps what the device was told: after every step of a training loop it is told the same, and making
 * bind groups is most of what that costs. What is kept is taken again only for the very buffers that it binds.
 */
export interface Enforcing {
  /** Zeroes what the masks drop. Only enqueues. */
  enforce(items: readonly MaskedWeight<WebgpuWeight, WebgpuMask>[]): void;
  /** Gives back what is kept for a mask that is about to go. */
  forgetMask(mask: WebgpuMask): void;
  /** Gives back everything that is kept. */
  forget(): void;
}

/** Where a weight was. */
interface Place {
  readonly buffer: GPUBuffer;
  readonly byteOffset: number;
  readonly mask: WebgpuMask;
}

/** A dispatch that can be repeated. */
interface KeptDispatch extends TileDispatch {
  readonly group: GPUBindGroup;
}

/** What one list of weights and masks came to. */
interface Plan {
  readonly places: readonly Place[];
  readonly masks: ReadonlySet<WebgpuMask>;
  readonly parameters: Parameters;
  readonly dispatches: readonly KeptDispatch[];
}

/** Lists that are kept: a pruner has one, or as many as its runtime has sets of buffers that take turns. */
const MOST_PLANS = 4;

export function createEnforcing(context: Context): Enforcing {
  const { device, work, pipelines, kept } = context;
  /** The one used last comes first. */
  let plans: readonly Plan[] = [];

  /** Keeps these plans and no others. */
  const keep = (those: readonly Plan[]): void => {
    plans = those;
    kept.keepParameters(new Set(those.map(({ parameters }) => parameters)));
  };

  const planOf = (places: readonly Place[], batches: readonly PieceBatch[]): Plan => {
    const parameters = kept.parameters(parametersOf(batches, pipelines.enforcingSlots));
    const dispatches = tileDispatches(pipelines, 'enforce', batches, {
      parameters: parameters.buffer,
      padding: context.padding(),
    });
    const masks = new Set(places.map(({ mask }) => mask));
    return { places, masks, parameters, dispatches: dispatches.map(withGroup) };
  };

  /** A dispatch over weights of which none has moved is in one of the plans. */
  const withGroup = (dispatch: TileDispatch, at: number): KeptDispatch => {
    const known = plans.find((plan) => bindsSame(plan.dispatches[at], dispatch))?.dispatches[at];
    return known ?? { ...dispatch, group: bind(device, dispatch.kernel.layout, dispatch.bound) };
  };

  const encode = (encoder: GPUCommandEncoder, { dispatches }: Plan): void => {
    const pass = encoder.beginComputePass();
    let current: GPUComputePipeline | undefined;
    for (const { kernel, group, workgroups } of dispatches) {
      if (kernel.pipeline !== current) pass.setPipeline(kernel.pipeline);
      current = kernel.pipeline;
      dispatchGroup(pass, group, workgroups);
    }
    pass.end();
  };

  return {
    enforce(items) {
      const known = plans.find((plan) => areAt(plan.places, items));
      if (known !== undefined) {
        if (plans[0] !== known) plans = [known, ...plans.filter((plan) => plan !== known)];
        work.repeat((encoder) => encode(encoder, known));
        return;
      }
      const entries = entriesOfMasked(items);
      if (entries.every(({ item }) => item.mask.elements === 0)) return;
      const batches = createBatches(entries, 'weight', context.enforcingLimits);
      const places = items.map(
        ({ weight: { buffer, byteOffset = 0 }, mask }): Place => ({ buffer, byteOffset, mask }),
      );
      work.enqueue((encoder) => {
        const made = planOf(places, batches);
        keep([made, ...plans.slice(0, MOST_PLANS - 1)]);
        encode(encoder, made);
      });
    },
    forgetMask(mask) {
      if (plans.some(({ masks }) => masks.has(mask))) keep(plans.filter(({ masks }) => !masks.has(mask)));
    },
    forget: () => keep([]),
  };
}

/** Whether these are the places of these weights, in this order. */
function areAt(places: readonly Place[], items: readonly MaskedWeight<WebgpuWeight, WebgpuMask>[]): boolean {
  return (
    places.length === items.length &&
    places.every((place, i) => {
      const { weight, mask } = items[i]!;
      return (
        place.mask === mask && place.buffer === weight.buffer && place.byteOffset === (weight.byteOffset ?? 0)
      );
    })
  );
}

function bindsSame(known: TileDispatch | undefined, dispatch: TileDispatch): boolean {
  return (
    known !== undefined &&
    known.kernel === dispatch.kernel &&
    known.bound.length === dispatch.bound.length &&
    known.bound.every((binding, i) => isSameBinding(binding, dispatch.bound[i]!))
  );
}

function isSameBinding(a: GPUBufferBinding, b: GPUBufferBinding): boolean {
  return a.buffer === b.buffer && a.offset === b.offset && a.size === b.size;
}
