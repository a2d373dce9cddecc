import type { Rule } from '../../follow/node-call.js';
import { squeezeRule, transposeRule, unsqueezeRule } from './order.js';
import { pad } from './pad.js';
import { concatRule, gather, split } from './parts.js';
import { constantOfShape, expand, range, tile, trilu } from './repeat.js';
import { flatten, reshapeRule } from './reshape.js';
import { slice } from './slice.js';

/** Operators that only move elements, or repeat them. */
export const layoutRules: Readonly<Record<string, Rule>> = {
  Reshape: reshapeRule,
  Flatten: flatten,
  Transpose: transposeRule,
  Squeeze: squeezeRule,
  Unsqueeze: unsqueezeRule,
  Concat: concatRule,
  Split: split,
  Gather: gather,
  Slice: slice,
  Pad: pad,
  Expand: expand,
  Tile: tile,
  ConstantOfShape: constantOfShape,
  Range: range,
  Trilu: trilu,
};
