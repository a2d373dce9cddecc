import type { BatchLimits } from './batches.js';
import type { Pipelines } from './pipelines.js';
import type { Work } from './work.js';

/** What the verbs of one backend share. */
export interface Context {
  readonly device: GPUDevice;
  readonly work: Work;
  readonly pipelines: Pipelines;
  readonly limits: BatchLimits;
  /** The buffer that fills empty slots. */
  padding(): GPUBuffer;
}
