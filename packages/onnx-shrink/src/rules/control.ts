import type { Rule } from '../follow/node-call.js';

/** Operators with graphs of their own. */
export const controlRules: Readonly<Record<string, Rule>> = {};
