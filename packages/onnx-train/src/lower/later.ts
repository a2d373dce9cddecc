import { attentionLowerings } from './attention/attention.js';
import { rotaryLowerings } from './attention/rotary.js';
import { choiceLowerings } from './choices.js';
import { dependentLowerings } from './dependent.js';
import { einsumLowerings } from './einsum.js';
import { givenSizeLowerings } from './given-sizes.js';
import type { Lowerings } from './lowering.js';
import { microsoftLowerings } from './microsoft/microsoft.js';
import { neighbourhoodLowerings } from './neighbourhoods.js';
import { placingLowerings } from './placing.js';
import { quantisedLowerings } from './quantised.js';
import { recurrentLowerings } from './recurrent/recurrent.js';
import { resizeLowerings } from './resize.js';
import { deformLowerings } from './sampling/deform-conv.js';
import { gridLowerings } from './sampling/grid-sample.js';
import { regionLowerings } from './sampling/roi-align.js';
import { spectrumLowerings } from './spectra.js';

/** Rewrites of operators that few models have. A page loads them when a model has one. */
export const laterLowerings: Lowerings = {
  ...attentionLowerings,
  ...choiceLowerings,
  ...deformLowerings,
  ...dependentLowerings,
  ...einsumLowerings,
  ...gridLowerings,
  ...givenSizeLowerings,
  ...microsoftLowerings,
  ...neighbourhoodLowerings,
  ...placingLowerings,
  ...quantisedLowerings,
  ...recurrentLowerings,
  ...regionLowerings,
  ...resizeLowerings,
  ...rotaryLowerings,
  ...spectrumLowerings,
};
