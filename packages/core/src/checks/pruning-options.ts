/** The options of a pruner but for where its weights are: every door that takes them knows these names. */
export const PRUNING_OPTIONS: readonly string[] = [
  'schedule',
  'select',
  'distribution',
  'pattern',
  'regrow',
  'masks',
  'rule',
  'score',
  'floor',
  'ceiling',
  'untrained',
  'keepZeros',
];
