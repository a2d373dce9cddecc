import type { OnnxReport } from '@synaprune/onnx';
import type { ShrinkReport } from '@synaprune/onnx-shrink';
import type { TfjsReport, ShrinkReport as TfjsShrinkReport } from '@synaprune/tfjs-files';
import type { MadeContent } from './format';

type Fate = Omit<MadeContent<unknown>, 'content'>;

/** What pruning single weights did. */
export function madeByPruning({ weights, total, notices }: OnnxReport | TfjsReport): Fate {
  return {
    gone: Object.fromEntries(weights.map(({ name, zeros }) => [name, zeros.after])),
    share: total.sparsity.after,
    notices: notices.map(({ message }) => message),
  };
}

/** What cutting channels did. */
export function madeByShrinking({ groups, notices }: ShrinkReport | TfjsShrinkReport): Fate {
  const gone = groups.map(({ name, channels, kept }) => [name, channels - kept.length] as const);
  const all = groups.reduce((sum, { channels }) => sum + channels, 0);
  const lost = gone.reduce((sum, [, channels]) => sum + channels, 0);
  return {
    gone: Object.fromEntries(gone),
    share: all === 0 ? 0 : lost / all,
    notices: notices.map(({ message }) => message),
  };
}
