import type { Notice } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { isKernel } from '@synaprune/onnx/graph';
import type { StepTensor } from '../options/training-step.js';
import type { WeightCandidate } from './candidates.js';

/** What became of the candidates. */
export interface Choice {
  readonly candidates: readonly WeightCandidate[];
  /** Those that were to be trained. */
  readonly chosen: readonly WeightCandidate[];
  readonly trained: ReadonlySet<WeightCandidate>;
  readonly masked: ReadonlySet<WeightCandidate>;
  /** Whether the caller said what to train. */
  readonly picked: boolean;
}

/** Every float tensor of the model: taken or left, and why. */
export function stepTensors({ candidates, chosen, trained, masked, picked }: Choice): StepTensor[] {
  const wanted = new Set(chosen);
  return candidates.map((each): StepTensor => {
    const { name, shape, role, reason } = each;
    const lost = wanted.has(each) && !trained.has(each);
    const unpicked = picked && !wanted.has(each) && each.standing !== 'never';
    return {
      name,
      shape,
      role,
      trained: trained.has(each),
      masked: masked.has(each),
      reason: lost
        ? `${reason}, which the loss does not depend on`
        : unpicked
          ? `${reason}, not in trainable`
          : reason,
    };
  });
}

/** What a reader of the choice might not expect. */
export function trainedNotices({ candidates, trained, picked }: Choice): Notice[] {
  const left = candidates.filter((each) => !trained.has(each));
  const doubtful = left.filter(
    // Other types are told of their own.
    ({ standing, users, fixed, dataType }) =>
      standing === 'doubtful' ||
      (standing === 'never' && users.length > 0 && fixed === undefined && dataType === 'float32'),
  );
  const bases = left.filter(({ fixed, role }) => fixed !== undefined && isKernel(role));
  const told = [...trained].filter(({ fixed }) => fixed !== undefined);
  const shared = [...trained].filter(({ users }) => users.length > 1);
  return [
    ...(picked
      ? []
      : [
          ...notice(
            'left-untrained',
            doubtful,
            reasonOf,
            (names) =>
              `${names}: not trained, though they might be parameters; trainable names what is to be trained`,
          ),
          ...notice(
            'fixed-basis',
            bases,
            reasonOf,
            (names) =>
              `${names}: not trained and without a mask, since nobody learned them; trainable names what is to be trained all the same`,
          ),
        ]),
    ...notice(
      'fixed-basis-trained',
      told,
      ({ fixed }) => fixed!,
      (names) => `${names}: trained, as trainable asks`,
    ),
    ...notice(
      'shared-weight',
      shared,
      usersOf,
      (names) =>
        `${names}: what feeds several layers trains as one. Where an exporter merged tensors that were only equal, export the model without that`,
    ),
  ];
}

const reasonOf = ({ reason }: WeightCandidate): string => reason;

function usersOf({ users }: WeightCandidate): string {
  const rest = users.length - 3;
  return `${users.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function notice(
  code: string,
  list: readonly WeightCandidate[],
  detail: (candidate: WeightCandidate) => string,
  message: (names: string) => string,
): Notice[] {
  if (list.length === 0) return [];
  const shown = list.slice(0, 6).map((each) => `${quote(each.name)} (${detail(each)})`);
  const rest = list.length - shown.length;
  const names = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [{ code, message: message(names), weights: list.map(({ name }) => name) }];
}
