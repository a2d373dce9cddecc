import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { Moments } from '../moments/moments.js';
import type { KeptSet } from './kept-sets.js';

/** What did not come to hold in a refit. */
export function tellNotices(moments: Moments, groups: readonly KeptSet[]): readonly Notice[] {
  const { samples, features, constant, size, gram } = moments;
  const notices: Notice[] = [];
  const most = Math.max(...groups.map(({ kept }) => kept.length)) + Number(constant);
  if (samples < most) {
    notices.push({
      code: 'few-samples',
      message:
        `${samples} ${samples === 1 ? 'sample' : 'samples'} cannot determine ${most} weights of a row: damping holds the rest where they were. ` +
        'More inputs to calibrate by would do',
    });
  }
  // Of weights that went nothing needs to be known.
  const read = new Set(groups.flatMap(({ kept }) => [...kept]));
  const silent: string[] = [];
  for (let j = 0; j < features; j += 1) {
    if (gram[j * (size + 1)] === 0 && read.has(j)) silent.push(String(j));
  }
  if (silent.length > 0) {
    notices.push({
      code: 'silent-features',
      message: `${silent.length} of ${features} inputs of the layer were 0 in every sample, and what is left of their weights stays as it is: ${listNames(silent, 8)}`,
    });
  }
  const emptied = groups.filter(({ kept }) => kept.length === 0).flatMap(({ rows }) => rows);
  const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  if (emptied.length > 0) {
    notices.push({
      code: emptied.length === total ? 'layer-emptied' : 'rows-emptied',
      message: `the mask keeps nothing of ${emptied.length} of ${total} rows, whose outputs are a constant: ${listNames(emptied.map(String), 8)}`,
    });
  }
  return notices;
}
