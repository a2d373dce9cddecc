import type { Analysis } from './analysis.js';
import type { Importance } from './options.js';
import { rankChannels } from './rank-channels.js';

/** The importance of every channel, by the names of groups. @throws PruneError `score-mismatch` | `mask-mismatch` */
export function listImportance(
  caller: string,
  analysis: Analysis,
  importance: Importance | undefined,
): Readonly<Record<string, readonly number[]>> {
  const ranked = rankChannels(caller, analysis, importance);
  return Object.fromEntries(analysis.channels.groups.map(({ name }, i) => [name, Array.from(ranked[i]!)]));
}
