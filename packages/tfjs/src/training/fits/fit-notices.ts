import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { trainableWithoutEffect } from '../../model/trained-weights.js';

/** A fit without the callback. */
export const CALLBACK_LEFT_OUT: Notice = {
  code: 'callback-left-out',
  message:
    'a fit had no pruning.callback among its callbacks: the masks were enforced and stayed as they were, and the ' +
    'positions did not go on. Pass callbacks: pruning.callback, or call pruning.detach() when the pruning is over',
};

/** What `trainable` says and tfjs does not do, in words. */
export function tellTrainable(model: LayersModel): Notice[] {
  const { moved, still } = trainableWithoutEffect(model);
  const parts = [
    moved.length > 0 ? `trains ${listNames(moved)} although it is to leave them alone` : '',
    still.length > 0 ? `does not train ${listNames(still)} although it is to` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return [];
  return [
    {
      code: 'trainable-without-effect',
      message:
        `tfjs ${parts.join(', and ')}: what is trained is collected by model.compile, and a Sequential inside a ` +
        'Sequential hands on its layers without its own trainable. They are not pruned. Set trainable on the ' +
        'layers themselves, and compile the model again',
      weights: [...moved, ...still],
    },
  ];
}

/** The last update came after the last step. */
export function prunedAfterTraining(position: number, last: number): Notice {
  return {
    code: 'pruned-after-training',
    message:
      `the schedule ended after the last update of the fit, at position ${last}: a last one, at ${position}, brought ` +
      'the sparsity to its end after the last step, and nothing was trained at it. Train on, or end the ' +
      `schedule at ${last} or before`,
  };
}
