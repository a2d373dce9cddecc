/*
 * Pruning what is only a file, in one shot: options, scores, reports and notices. For packages of formats, so that all
 * of them say the same in the same words.
 */
export { type ChosenOf, chooseBySelect, SELECT_ELSEWHERE } from './one-shot/choose.js';
export { fixedNotices, leftoverNotices, told } from './one-shot/notices.js';
export { type OneShotOptions, requireOneShotOptions, sharedOptions } from './one-shot/options.js';
export { weightsToPrune } from './one-shot/prunable.js';
export { type OneShotWeights, type PrunedOnce, pruneOnce } from './one-shot/prune-once.js';
export { type OneShotReport, reportOnce } from './one-shot/report.js';
export { scoreWith } from './one-shot/score.js';
export { type OneShotSparsity, sparsityOf, totalOf } from './one-shot/sparsity.js';
export { sparsitiesBy } from './selection/distributions/index.js';
