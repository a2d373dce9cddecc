import type { QuantizeReport } from '@synaprune/onnx';
import type { ShrunkGroup } from '@synaprune/onnx-shrink';
import type { CompressReport as AnyReport } from '@synaprune/refit';

/** What became of a model. */
export interface CompressReport extends AnyReport {
  /** The groups of channels, with what stays of each; none where single weights go. */
  readonly groups: readonly ShrunkGroup[];
  /** What is kept in 8 bits, where that was asked for. */
  readonly quantized?: QuantizeReport;
}
