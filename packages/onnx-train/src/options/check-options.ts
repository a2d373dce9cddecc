import {
  describe,
  isRecord,
  quote,
  requireBoolean,
  requireChoice,
  requireOptions,
  requireThat,
  requireWhole,
} from '@synaprune/core/checks';
import { requireAbove0, requireAtLeast0 } from './check-float32.js';
import { checkLosses } from './check-loss.js';
import { checkOptimizer } from './check-optimizer.js';
import type { TrainingStepOptions } from './options.js';

/** Every option there is. */
const KNOWN: Readonly<Record<keyof TrainingStepOptions, true>> = {
  inputs: true,
  loss: true,
  outputs: true,
  optimizer: true,
  parameterGroups: true,
  clip: true,
  trainable: true,
  masked: true,
  minElements: true,
  masks: true,
  frozen: true,
  part: true,
  kernels: true,
  recompute: true,
  gradients: true,
  scores: true,
  shapes: true,
  batch: true,
  branches: true,
  rules: true,
  dropout: true,
  batchNormalization: true,
  externalData: true,
};

/**
 * Checks the options of a training step at every depth, in the name of who was given them.
 *
 * @param caller who takes the options, as the user wrote it: `createTrainer`
 * @param further names of the caller's own options, which it checks itself
 * @param settled names of options that the caller settles itself, so that nobody gives them
 * @param checkOwn checks the caller's own options, once all names are known and before the values of the others
 * @throws TypeError | RangeError that names what is unknown or wrong, and the nearest right one
 *
 * @example
 * ```ts
 * import { checkTrainingStepOptions } from '@synaprune/onnx-train';
 *
 * try {
 *   checkTrainingStepOptions('train', { loss: 'mse', optimizer: { kind: 'sgd', momentun: 0.9 } });
 * } catch (error) {
 *   console.log((error as Error).message.split('?')[0]); // train has no option "momentun" in optimizer of kind "sgd"; did you mean "momentum"
 * }
 * ```
 */
export function checkTrainingStepOptions(
  caller: string,
  options: unknown,
  further: readonly string[] = [],
  settled: readonly (keyof TrainingStepOptions)[] = [],
  checkOwn: (options: Readonly<Record<string, unknown>>) => void = () => {},
): asserts options is TrainingStepOptions {
  requireOwn('caller', caller, 'a string', typeof caller === 'string');
  requireOwn('further', further, 'a list of names', areNames(further));
  requireOwn('settled', settled, 'a list of names', areNames(settled));
  requireOwn('checkOwn', checkOwn, 'a function', typeof checkOwn === 'function');
  const names = Object.keys(KNOWN).filter((name) => !settled.some((other) => other === name));
  const lr = further.includes('learningRate')
    ? 'the learning rate is learningRate'
    : 'the learning rate is fed at each step';
  requireOptions(caller, '', options, [...further, ...names], { lr });
  checkOwn(options);
  const { inputs, loss, outputs, optimizer, clip, trainable, masked, masks, gradients, rules } = options;
  if (inputs !== undefined) checkShapes(caller, 'inputs', inputs);
  if (options.shapes !== undefined) checkShapes(caller, 'shapes', options.shapes);
  if (options.batch !== undefined) requireWhole(caller, 'batch', options.batch, 1);
  checkLosses(caller, loss, outputs);
  if (outputs !== undefined) checkNames(caller, 'outputs', outputs);
  checkOptimizer(caller, optimizer);
  if (options.parameterGroups !== undefined) checkGroups(caller, options.parameterGroups);
  if (clip !== undefined) checkClip(caller, clip);
  if (trainable !== undefined) checkSelectors(caller, 'trainable', trainable);
  if (masked !== undefined && masked !== 'kernels') checkMasked(caller, masked);
  if (options.minElements !== undefined) requireWhole(caller, 'minElements', options.minElements);
  if (masks !== undefined) {
    requireOptions(caller, 'masks', masks, ['type', 'zeroed', 'straightThrough']);
    if (masks.type !== undefined) requireChoice(caller, 'masks.type', masks.type, ['float32', 'bool']);
    for (const name of ['zeroed', 'straightThrough']) {
      if (masks[name] !== undefined) requireBoolean(caller, `masks.${name}`, masks[name]);
    }
    if (masks.zeroed === true && masks.straightThrough === true) {
      throw new TypeError(
        `${caller} takes masks.zeroed or masks.straightThrough, not both: what learns on is not zero`,
      );
    }
  }
  if (options.kernels !== undefined) requireBoolean(caller, 'kernels', options.kernels);
  const { recompute } = options;
  if (recompute !== undefined && typeof recompute !== 'boolean') {
    requireOptions(caller, 'recompute', recompute, ['segments']);
    const { segments } = recompute;
    if (segments !== undefined) requireWhole(caller, 'recompute.segments', segments, 2);
  }
  if (gradients !== undefined && typeof gradients !== 'boolean' && gradients !== 'dense') {
    throw new TypeError(`${caller} needs gradients to be true, false or "dense", got ${describe(gradients)}`);
  }
  if (options.scores !== undefined) checkScores(caller, options.scores);
  if (rules !== undefined) checkRules(caller, rules);
  if (options.branches !== undefined) checkBranches(caller, options.branches);
  for (const [mode, choices] of [
    ['frozen', ['constants', 'inputs']],
    ['part', ['whole', 'gradients', 'update']],
    ['dropout', ['train', 'inference', 'coupled']],
    ['batchNormalization', ['train', 'inference']],
  ] as const) {
    if (options[mode] !== undefined) requireChoice(caller, mode, options[mode], choices);
  }
}

const requireOwn = requireThat.bind(undefined, 'checkTrainingStepOptions');

function areNames(list: unknown): boolean {
  return Array.isArray(list) && list.every((name) => typeof name === 'string');
}

function checkShapes(caller: string, option: string, shapes: unknown): void {
  if (!isRecord(shapes)) {
    throw new TypeError(
      `${caller} needs ${option} to be an object of shapes by name, got ${describe(shapes)}`,
    );
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const field = `${option}[${quote(name)}]`;
    if (!Array.isArray(shape)) {
      throw new TypeError(`${caller} needs ${field} to be a shape such as [32, 784], got ${describe(shape)}`);
    }
    shape.forEach((size, axis) => {
      requireWhole(caller, `${field}[${axis}]`, size);
    });
  }
}

function checkNames(caller: string, field: string, names: unknown): void {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  const wrong = list.find((name) => typeof name !== 'string');
  if (wrong !== undefined || list.length === 0) {
    throw new TypeError(
      `${caller} needs ${field} to be a name or a list of names, got ${list.length === 0 ? 'an empty list' : describe(wrong)}`,
    );
  }
  const twice = list.find((name, at) => list.indexOf(name) < at);
  if (twice !== undefined)
    throw new RangeError(`${caller} needs ${field} once each, got ${describe(twice)} twice`);
}

function checkClip(caller: string, clip: unknown): void {
  requireOptions(caller, 'clip', clip, ['norm', 'value']);
  for (const bound of ['norm', 'value']) {
    if (clip[bound] !== undefined) requireAbove0(caller, `clip.${bound}`, clip[bound]);
  }
}

function checkSelectors(caller: string, field: string, selectors: unknown): void {
  const list: readonly unknown[] = Array.isArray(selectors) ? selectors : [selectors];
  for (const selector of list) {
    if (typeof selector === 'string' || typeof selector === 'function' || selector instanceof RegExp)
      continue;
    throw new TypeError(
      `${caller} needs ${field} to be names, patterns or functions of a weight, got ${describe(selector)}`,
    );
  }
}

function checkGroups(caller: string, groups: unknown): void {
  if (groups === 'noDecay') return;
  if (!Array.isArray(groups)) {
    throw new TypeError(
      `${caller} needs parameterGroups to be "noDecay" or a list of groups, got ${describe(groups)}`,
    );
  }
  groups.forEach((group: unknown, index) => {
    if (group === 'noDecay') return;
    const field = `parameterGroups[${index}]`;
    requireOptions(caller, field, group, ['select', 'weightDecay', 'learningRateFactor'], {
      weights: 'it is select',
      lr: 'it is learningRateFactor, times the learning rate of a step',
    });
    checkSelectors(caller, `${field}.select`, group.select);
    const { weightDecay, learningRateFactor } = group;
    if (weightDecay !== undefined) requireAtLeast0(caller, `${field}.weightDecay`, weightDecay);
    if (learningRateFactor !== undefined) {
      requireAbove0(caller, `${field}.learningRateFactor`, learningRateFactor);
    }
    if (weightDecay === undefined && learningRateFactor === undefined) {
      throw new TypeError(`${caller} needs ${field} to have weightDecay or learningRateFactor, got neither`);
    }
  });
}

function checkMasked(caller: string, masked: unknown): void {
  if (!Array.isArray(masked)) {
    throw new TypeError(
      `${caller} needs masked to be "kernels" or a list of names, patterns or functions, got ${describe(masked)}`,
    );
  }
  checkSelectors(caller, 'masked', masked);
}

function checkScores(caller: string, scores: unknown): void {
  if (!Array.isArray(scores)) {
    throw new TypeError(`${caller} needs scores to be a list of { score, weights }, got ${describe(scores)}`);
  }
  scores.forEach((each: unknown, index) => {
    const field = `scores[${index}]`;
    requireOptions(caller, field, each, ['score', 'weights']);
    const { score, weights } = each;
    if (!isRecord(score) || score.kind !== 'observed') {
      throw new TypeError(
        `${caller} needs ${field}.score to be one that looks at training, as movementScore() is, got ${describe(score)}`,
      );
    }
    if (!Array.isArray(weights) || weights.some((name) => typeof name !== 'string')) {
      throw new TypeError(`${caller} needs ${field}.weights to be a list of names, got ${describe(weights)}`);
    }
  });
}

function checkRules(caller: string, rules: unknown): void {
  if (!isRecord(rules)) {
    throw new TypeError(`${caller} needs rules to be an object by operator, got ${describe(rules)}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const field = `rules[${quote(name)}]`;
    requireOptions(caller, field, rule, ['shapes', 'gradient']);
    for (const part of ['shapes', 'gradient']) {
      if (rule[part] !== undefined && typeof rule[part] !== 'function') {
        throw new TypeError(`${caller} needs ${field}.${part} to be a function, got ${describe(rule[part])}`);
      }
    }
  }
}

/** @throws TypeError | RangeError */
export function checkBranches(caller: string, branches: unknown): void {
  if (!isRecord(branches)) {
    throw new TypeError(
      `${caller} needs branches to be an object of "then" or "else" by node, got ${describe(branches)}`,
    );
  }
  for (const [name, branch] of Object.entries(branches)) {
    requireChoice(caller, `branches[${quote(name)}]`, branch, ['then', 'else']);
  }
}
