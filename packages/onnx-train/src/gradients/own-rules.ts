import { didYouMean, listNames } from '@synaprune/core/checks';
import { domainOf, type SourceModel } from '@synaprune/onnx/graph';
import type { TrainingStepOptions } from '../options/options.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import type { TrainingGraph } from '../tape/tape.js';

const nameOf = (op: string, domain: string): string => (domainOf(domain) === '' ? op : `${domain}::${op}`);

/** The gradients of the user's own, by operator. */
export function ownGradients(rules: TrainingStepOptions['rules'] = {}): ReadonlyMap<string, GradientRule> {
  return new Map(
    Object.entries(rules).flatMap(([name, { gradient }]) => (gradient ? [[name, gradient]] : [])),
  );
}

/**
 * Tells of rules for operators that neither the model has nor what it was rewritten to: misspelt, or of another
 * domain, they would do nothing without a word.
 */
export function tellUnusedRules(
  graph: TrainingGraph,
  source: SourceModel,
  rules: TrainingStepOptions['rules'] = {},
): void {
  const present = new Set([
    ...source.nodes.map(({ opType, domain }) => nameOf(opType, domain)),
    ...graph.tape.records.map(({ op, domain }) => nameOf(op, domain)),
  ]);
  const unused = Object.keys(rules).filter((name) => !present.has(name));
  if (unused.length === 0) return;
  const near = unused.length === 1 ? didYouMean(unused[0], [...present]) : '';
  graph.notices.push({
    code: 'rule-unused',
    message: `rules has ${listNames(unused)}, and no node of the model is of such an operator${near}`,
  });
}
