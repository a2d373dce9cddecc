import { NotFollowed, type Rule } from '../follow/node-call.js';

const because =
  (why: string): Rule =>
  () => {
    throw new NotFollowed(why);
  };

const table = (why: string, operators: readonly string[]) =>
  operators.map((op) => [op, because(why)] as const);

/** Operators none of whose axes can lose anything, each with what holds them. */
export const heldRules: Readonly<Record<string, Rule>> = Object.fromEntries([
  ...table('it makes or reads a sequence', [
    'SequenceAt',
    'SequenceConstruct',
    'SequenceEmpty',
    'SequenceErase',
    'SequenceInsert',
    'SequenceLength',
    'SplitToSequence',
    'ConcatFromSequence',
  ]),
  ...table('what it makes may be there or not', ['Optional', 'OptionalGetElement', 'OptionalHasElement']),
  ...table('it transforms along a basis of frequencies', ['DFT', 'STFT', 'MelWeightMatrix']),
  ...table('it works with matrices as a whole', ['Det']),
  ...table('it compares all elements', ['Unique', 'Multinomial']),
  ...table('it compares classes', ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss']),
  ...table('it puts back what was the largest, counted over all of it', ['MaxUnpool']),
]);
