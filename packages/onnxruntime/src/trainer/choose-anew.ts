import type { Pruner, PruningReport } from '@synaprune/core';

export { updateAnew } from '@synaprune/core/methods';

/** A report that does not tell that what is dropped is not zero: of dense weights it is no news. */
export async function reportDense(pruner: Pruner): Promise<PruningReport> {
  const report = await pruner.report();
  return { ...report, notices: report.notices.filter(({ code }) => code !== 'dropped-not-zero') };
}
