/* What a trainer needs to save and restore its state. */
export { openTrainerState, sealTrainerState } from './checkpoint.js';
export { modelDigest } from './model-digest.js';
export { checkTrainerMatching, requireOwnPruner } from './restore-matching.js';
