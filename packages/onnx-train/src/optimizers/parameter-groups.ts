import { PruneError, type Selector, selectWeights } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { Graph } from '@synaprune/onnx/graph';
import { multiply } from '../arithmetic/arithmetic.js';
import type { OptimizerSettings, TrainingStepOptions } from '../options/options.js';
import type { StepOptimizer } from '../options/training-step.js';
import type { WeightCandidate } from '../weights/candidates.js';
import { asList } from '../weights/choose-weights.js';
import { type StepScalars, type Update, type UpdateRule, updateRule } from './optimizers.js';

/** How each trained weight is updated. */
export interface GroupedUpdates {
  /** The optimizer's settings, with what groups change of them. */
  readonly optimizer: StepOptimizer;
  /** The update of the weight at this place. What does not depend on the weight is added once for each group. */
  prepare(graph: Graph, scalars: StepScalars): (index: number) => Update;
}

/** What a weight is updated by. */
interface Own {
  readonly weightDecay: number;
  readonly learningRateFactor: number;
}

/** Roles that a decay does harm to: it pulls them away from where they do nothing. */
const UNDECAYED: ReadonlySet<string> = new Set(['bias', 'normalisation']);

/**
 * Updates of weights by their groups.
 *
 * @throws PruneError `unmatched-selector` when a selector or `noDecay` picks none of the trained weights
 * @throws RangeError when a weight is in two groups, or a group's decay holds for none of its weights
 */
export function groupUpdates(
  rule: UpdateRule,
  trained: readonly WeightCandidate[],
  groups: TrainingStepOptions['parameterGroups'] = [],
): GroupedUpdates {
  const { settings } = rule;
  const { weightDecay = 0 } = settings;
  const own = ownSettings(trained, groups, weightDecay);
  const keys = [...new Set(own.map(keyOf))];
  const changed = keys
    .map((key) => own.find((each) => keyOf(each) === key)!)
    .filter((each) => each.weightDecay !== weightDecay || each.learningRateFactor !== 1);
  const placesOf = (group: Own) => own.flatMap((each, at) => (keyOf(each) === keyOf(group) ? [at] : []));
  return {
    optimizer:
      changed.length === 0
        ? settings
        : {
            ...settings,
            parameterGroups: changed.map((group) => ({ ...group, weights: placesOf(group) })),
          },
    prepare(graph, { learningRate, step }) {
      const updates = new Map<string, Update>();
      for (const key of keys) {
        const { weightDecay: decay, learningRateFactor } = own.find((each) => keyOf(each) === key)!;
        const scalars = { learningRate: multiply(graph, learningRate, learningRateFactor), step };
        const grouped = decay === weightDecay ? rule : updateRule(withDecay(settings, decay));
        updates.set(key, grouped.prepare(graph, scalars));
      }
      return (index) => updates.get(keyOf(own[index]!))!;
    },
  };
}

const keyOf = ({ weightDecay, learningRateFactor }: Own): string => `${weightDecay} ${learningRateFactor}`;

const withDecay = (settings: OptimizerSettings, weightDecay: number): OptimizerSettings => ({
  ...settings,
  weightDecay,
});

function ownSettings(
  trained: readonly WeightCandidate[],
  given: NonNullable<TrainingStepOptions['parameterGroups']>,
  weightDecay: number,
): readonly Own[] {
  const list = given === 'noDecay' ? [given] : given;
  const groups = list.flatMap((group) => (group === 'noDecay' ? [] : [group]));
  const undecayed = list.includes('noDecay')
    ? new Set(trained.filter(({ role }) => UNDECAYED.has(role)))
    : new Set<WeightCandidate>();
  if (list.includes('noDecay') && undecayed.size === 0) {
    throw new PruneError(
      'unmatched-selector',
      'parameterGroups has "noDecay", and no bias or normalisation is trained',
    );
  }
  const members = groups.map(({ select }, index) =>
    pick(trained, asList(select), `parameterGroups[${index}]`),
  );
  for (const [index, group] of groups.entries()) {
    if (group.weightDecay === undefined || members[index]!.some((each) => !undecayed.has(each))) continue;
    throw new RangeError(
      `parameterGroups[${index}].weightDecay holds for none of its weights: "noDecay" takes it from all of them`,
    );
  }
  return trained.map((each) => {
    const [first, second] = members.flatMap((of, index) => (of.includes(each) ? [index] : []));
    if (second !== undefined) {
      throw new RangeError(
        `${quote(each.name)} is in two groups, parameterGroups[${first}] and parameterGroups[${second}]; a weight is in one at most`,
      );
    }
    const group = first === undefined ? undefined : groups[first]!;
    return {
      weightDecay: undecayed.has(each) ? 0 : (group?.weightDecay ?? weightDecay),
      learningRateFactor: group?.learningRateFactor ?? 1,
    };
  });
}

/** What selectors pick, each of which has to pick something. */
function pick(
  trained: readonly WeightCandidate[],
  selectors: readonly Selector[],
  field: string,
): readonly WeightCandidate[] {
  try {
    return selectWeights(trained, selectors);
  } catch (error) {
    if (!(error instanceof PruneError)) throw error;
    throw new PruneError(error.code, `${field}: ${error.message}`, { cause: error });
  }
}
