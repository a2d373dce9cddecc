import type { Rule } from '../follow/node-call.js';

export const recurrentRules: Readonly<Record<string, Rule>> = {};
