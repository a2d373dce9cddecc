import type { Awaitable, TensorBackend } from '@synaprune/core';

/**
 * How the kit reaches a backend: it makes weights, looks at them, and plays the optimizer that writes them.
 * Nothing in it belongs to the backend under test except `createBackend`.
 *
 * The last three members are hooks. Without one, the cases that need it are skipped, visibly.
 *
 * @example
 * ```ts
 * import type { ConformanceHarness } from '@synaprune/conformance';
 * import { hostBackend } from '@synaprune/host';
 *
 * type HostWeight = { values: Float32Array; readonly shape: readonly number[] };
 *
 * const harness: ConformanceHarness<HostWeight, unknown> = {
 *   name: 'host',
 *   createBackend: () => hostBackend(),
 *   createWeight: (values, shape) => ({ values: values.slice(), shape }),
 *   readWeight: (weight) => weight.values.slice(),
 *   writeWeight: (weight, values) => weight.values.set(values),
 *   disposeWeight: () => {},
 * };
 * console.log(harness.name); // host
 * ```
 */
export interface ConformanceHarness<Weight, Mask> {
  /** Name for people; it heads every case. */
  readonly name: string;

  /**
   * A backend. Asked for once to learn the manifest, then once or twice a case; it may be the same one every
   * time. Where it answers at once rather than with a promise, everything that cannot run is known, and
   * skipped, before the first case starts.
   */
  createBackend(): Awaitable<TensorBackend<Weight, Mask>>;

  /** A weight of this shape that holds a copy of `values`, bit for bit. */
  createWeight(values: Float32Array, shape: readonly number[]): Awaitable<Weight>;

  /** A copy of what the weight holds, bit for bit. */
  readWeight(weight: Weight): Awaitable<Float32Array>;

  /** Overwrites the weight in place: stands for an optimizer step. Never called where the manifest says `readOnly`. */
  writeWeight(weight: Weight, values: Float32Array): Awaitable<void>;

  /** Gives the weight's memory back. Also called for spoiled weights, where it may throw. */
  disposeWeight(weight: Weight): Awaitable<void>;

  /** How many tensors or buffers are alive now: weights, masks, scratch. For law 7. */
  countLive?(): Awaitable<number>;

  /** How many bytes have left the device so far, by whatever way. For law 6. */
  bytesRead?(): number;

  /**
   * Makes the handle unusable behind the backend's back: disposes, resizes or detaches it. For the cases that
   * need a call to fail in the middle.
   */
  spoilWeight?(weight: Weight): Awaitable<void>;
}
