import type { Arm } from './arm.js';
import { acDc, rigl, set, staticRandom } from './dynamic.js';
import { oneShotArm, randomArm, synapticArm, zhuGupta } from './gradual.js';
import { lotteryTicket } from './lottery.js';
import { activity, movement, saliency, snip } from './scored.js';

const dense: Arm = {
  name: 'dense',
  title: 'dense',
  explanation: 'Nothing is dropped.',
  simple: false,
  treatment: () => ({ kind: 'none' }),
};

const narrow: Arm = {
  name: 'narrow',
  title: 'narrow dense',
  explanation: 'A dense model with narrower layers, as many weights as the others keep.',
  simple: true,
  treatment: () => ({ kind: 'narrow' }),
};

/** All arms, in the order of tables. To add one is a value of type {@link Arm} and its place here. */
export const ARMS: readonly Arm[] = [
  dense,
  oneShotArm,
  zhuGupta,
  synapticArm,
  acDc,
  lotteryTicket,
  activity,
  movement,
  saliency,
  snip,
  rigl,
  set,
  staticRandom,
  randomArm,
  narrow,
];

/** The arm that everything is lost from. */
export const DENSE: string = dense.name;
