#!/usr/bin/env node
import { startThread } from './thread-replica.js';
import { train } from './train.js';

const { accuracy, sparsity, digest, agreed } = await train({
  start: startThread,
  names: ['ada', 'ben', 'cas'],
  steps: 2000,
  every: 20,
  loses: { name: 'ben', at: 500, backAt: 810 },
  tell: (text) => console.log(text),
});
console.log(
  `three threads agreed at ${agreed} updates, the last ${digest}: ` +
    `${(100 * sparsity).toFixed(0)} % of the weights are gone, ${(100 * accuracy).toFixed(1)} % of the points are told apart`,
);
