import { NotFollowed, type Rule } from '../../follow/node-call.js';
import { linearRules } from './linear.js';
import { integerProductRules } from './products.js';
import { linearOperatorRules } from './qlinear.js';

const packed: Rule = () => {
  throw new NotFollowed('its weights are packed in blocks');
};

/** Integers that stand for numbers. */
export const quantisedRules: Readonly<Record<string, Rule>> = {
  ...linearRules,
  ...integerProductRules,
  ...linearOperatorRules,
  ...Object.fromEntries(
    [
      'MatMulNBits',
      'MatMulBnb4',
      'MatMulFpQ4',
      'GatherBlockQuantized',
      'QMoE',
      'DequantizeBFP',
      'QuantizeBFP',
    ].map((op) => [`com.microsoft::${op}`, packed]),
  ),
};
