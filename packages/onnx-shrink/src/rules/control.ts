import type { Rule } from '../follow/node-call.js';
import { branches } from './control/branches.js';
import { loop, scan, sequenceMap } from './control/loops.js';

/** Operators with graphs of their own. */
export const controlRules: Readonly<Record<string, Rule>> = {
  If: branches,
  Loop: loop,
  Scan: scan,
  SequenceMap: sequenceMap,
};
