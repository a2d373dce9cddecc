import type { CompressReport as AnyReport } from '@synaprune/refit';
import type { ShrinkReport } from '@synaprune/tfjs-files';

/** What became of a model. */
export interface CompressReport extends AnyReport {
  /** Of `unit: 'channel'`: the channels that stand side by side, and which of them stay. */
  readonly groups: ShrinkReport['groups'];
  /** Of `unit: 'channel'`: what shrinking did. */
  readonly shrunk?: ShrinkReport;
}
