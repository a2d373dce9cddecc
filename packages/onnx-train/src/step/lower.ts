import type { Value } from '@synaprune/onnx/graph';
import { attentionLowerings } from '../lower/attention/attention.js';
import { rotaryLowerings } from '../lower/attention/rotary.js';
import { choiceLowerings } from '../lower/choices.js';
import { dependentLowerings } from '../lower/dependent.js';
import { elementwiseLowerings } from '../lower/elementwise.js';
import { layoutLowerings } from '../lower/layout.js';
import { lossLowerings } from '../lower/losses.js';
import type { Lowering, LoweringContext, SourceNode } from '../lower/lowering.js';
import { microsoftLowerings } from '../lower/microsoft/microsoft.js';
import { neighbourhoodLowerings } from '../lower/neighbourhoods.js';
import { normalizationLowerings } from '../lower/normalization.js';
import { paddingLowerings } from '../lower/padding.js';
import { placingLowerings } from '../lower/placing.js';
import { productLowerings } from '../lower/products.js';
import { quantisedLowerings } from '../lower/quantised.js';
import { recurrentLowerings } from '../lower/recurrent/recurrent.js';
import { reductionLowerings } from '../lower/reductions.js';
import { samplingLowerings } from '../lower/sampling.js';
import { spectrumLowerings } from '../lower/spectra.js';
import { windowLowerings } from '../lower/windows.js';

/** Rewrites of the operators that have one, by name, those of another domain as `domain::Name`. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...choiceLowerings,
  ...attentionLowerings,
  ...dependentLowerings,
  ...elementwiseLowerings,
  ...layoutLowerings,
  ...lossLowerings,
  ...neighbourhoodLowerings,
  ...microsoftLowerings,
  ...normalizationLowerings,
  ...paddingLowerings,
  ...placingLowerings,
  ...productLowerings,
  ...quantisedLowerings,
  ...recurrentLowerings,
  ...reductionLowerings,
  ...samplingLowerings,
  ...spectrumLowerings,
  ...rotaryLowerings,
  ...windowLowerings,
};

/**
 * A node of the model in terms of what a step graph holds. What has no rewrite goes in as it is.
 *
 * @throws PruneError `unsupported-operator` when the operator is not known, `bad-model` when its inputs do not
 *   fit
 */
export function lower(context: LoweringContext, node: SourceNode): readonly (Value | undefined)[] {
  const { graph } = context;
  const key = node.domain === '' ? node.op : `${node.domain}::${node.op}`;
  const rewrite = graph.shapeRules.has(key) ? undefined : lowerings[key];
  if (rewrite !== undefined) return rewrite(context, node);
  return graph.addMany(node.op, node.inputs, node.attributes, node.outputNames.length, node.domain);
}
