#!/usr/bin/env node
import { train } from './train.js';

const plan = { rounds: 80, steps: 5, sparsity: 0.6 };
const { accuracy, alone, agreed, bytesSent } = await train(plan, (text) => console.log(text));
const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
console.log(
  `together ${percent(accuracy)} of unseen points, alone ${alone.map(percent).join(' and ')}; ` +
    `masks agreed after ${agreed} of ${plan.rounds} rounds, ${bytesSent} bytes sent by each in one`,
);
