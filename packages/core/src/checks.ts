/*
 * Checks of arguments and text for messages, for packages of this family and for authors of backends: so that
 * options are refused in the same words at every door.
 */
export { hashDigits, hashText, hashWords, keysSorted } from './checks/checksum.js';
export { elementsOf } from './checks/elements-of.js';
export { requireEvery } from './checks/every.js';
export { createGate, type Gate, type LetIn } from './checks/gate.js';
export { describe, legible, listNames, quote } from './checks/legible.js';
export { percentText } from './checks/percent-text.js';
export { PRUNING_OPTIONS } from './checks/pruning-options.js';
export {
  didYouMean,
  isRecord,
  requireBoolean,
  requireChoice,
  requireFinite,
  requireFraction,
  requireKind,
  requireList,
  requireOptions,
  requireThat,
  requireWhole,
  requireWholes,
} from './checks/require.js';
export { requireWatched } from './checks/watched.js';
export { digestWithDense } from './pruner/state.js';
export { requireAnew, weightsAnew } from './pruner/update-anew.js';
export { nothingObserved, requireBroadcast, requireObservedScore, SHOWN_SIGNALS } from './score/observing.js';
