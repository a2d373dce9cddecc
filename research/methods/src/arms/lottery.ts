import type { Arm } from './arm.js';

const ROUNDS = 5;

export const lotteryTicket: Arm = {
  name: 'lottery-ticket',
  title: 'lottery ticket',
  explanation:
    'Magnitude pruning with rewinding to step 4 % of the training: five short rounds, each dropping the same share of what is left, take up half of the steps; the ticket trains for the other half.',
  simple: false,
  treatment: (steps, to) => {
    const rewindTo = Math.round(0.04 * steps);
    const round = Math.max(1, Math.floor((0.46 * steps) / ROUNDS));
    return {
      kind: 'rewind',
      to: rewindTo,
      rounds: Array.from({ length: ROUNDS }, (_, i) => ({
        steps: round,
        sparsity: i === ROUNDS - 1 ? to : 1 - (1 - to) ** ((i + 1) / ROUNDS),
      })),
    };
  },
};
