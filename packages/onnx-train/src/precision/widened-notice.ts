import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { ElementType } from '@synaprune/onnx/graph';

/** That a step computes in float32 what the model computes in a narrower float. */
export function widenedNotice(narrow: ReadonlyMap<string, ElementType>): Notice {
  const types = [...new Set(narrow.values())].join(' and ');
  const weights = [...narrow.keys()];
  return {
    code: 'computed-in-float32',
    message: `the model is of ${types}, and a training step computes in float32, casts between them left out; ${listNames(weights)} and what is trained are exported as they came, rounded to the nearest, so that the exported model answers with its own rounding`,
    weights,
  };
}
