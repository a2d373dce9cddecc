import type { ConformanceOptions } from '@synaprune/conformance';
import { inject } from 'vitest';

/**
 * What tfjs's operations meet of the kit on a software device in a page. In one file each: every page compiles all of tfjs's
 * programs anew, which takes longer than running them. That masks only grow, and what is saved and said (laws 4, 8, 9), is
 * JavaScript that cpu.test.ts checks whole. A thirty-second: at least a case of each of these laws, with blocks and channels,
 * N of M, and weights of every rank; all of them with `--whole`.
 */
export const kitInChromium: ConformanceOptions = {
  mostElements: 2 ** 18,
  laws: [1, 2, 3, 5, 6, 7],
  part: inject('whole') ? inject('kitPart') : { number: 3, of: 32 },
};
