export { regularisedBeta } from './beta.js';
export { type BootstrapInterval, type BootstrapOptions, bootstrapInterval } from './bootstrap.js';
export { cliques } from './cliques.js';
export { type Equivalence, equivalence, equivalenceInterval } from './equivalence.js';
export { type Friedman, friedman } from './friedman.js';
export { EXACT_BLOCKS, type ExactFriedman, exactFriedman } from './friedman-exact.js';
export { gammaP, gammaQ } from './gamma.js';
export { holm } from './holm.js';
export { criticalDifference, nemenyi, type PairP } from './nemenyi.js';
export { normalCdf, normalDensity, normalQuantile } from './normal.js';
export {
  type Interval,
  type MeanInterval,
  meanInterval,
  type PairedBlock,
  type PairedDifference,
  pairedDifference,
} from './paired.js';
export { valuesToTell } from './power.js';
export { type Comparison, meanRanks, midRanks, rankRows } from './ranks.js';
export { bcaInterval, percentileInterval, quantile } from './replicates.js';
export { groupBlocks, meanOfBlocks, resample, resampleBlocks } from './resampling.js';
export { studentCdf, studentQuantile } from './student.js';
export { studentizedRangeQuantile, studentizedRangeTail } from './studentized-range.js';
export { chiSquareTail, fTail } from './tails.js';
export { type Wilcoxon, type WilcoxonOptions, wilcoxonSignedRank } from './wilcoxon.js';
