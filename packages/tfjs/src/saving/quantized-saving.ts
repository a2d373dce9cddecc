import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type QuantizedDtype, quantizeArtifacts, quantizedDtypes } from './quantize.js';

/** In which types the weights of models came that were loaded quantised. */
const origins = new WeakMap<LayersModel, ReadonlyMap<string, QuantizedDtype>>();

/** A source that can be asked, once it was loaded, in which types its weights came. */
export function watchSource(
  source: tf.io.IOHandler | string,
  options: tf.io.LoadOptions,
): { readonly source: tf.io.IOHandler | string; remember(model: LayersModel): void } {
  // As tfjs finds it; where it finds none or several, it says so itself.
  const handlers = typeof source === 'string' ? tf.io.getLoadHandlers(source, options) : [source];
  const http = typeof source === 'string' && handlers.length === 0;
  const handler = http ? tf.io.browserHTTPRequest(source, options) : handlers[0];
  if (handler?.load === undefined || handlers.length > 1) return { source, remember() {} };
  let dtypes: ReadonlyMap<string, QuantizedDtype> = new Map();
  return {
    source: {
      async load() {
        const artifacts = await handler.load!();
        dtypes = quantizedDtypes(artifacts.weightSpecs ?? []);
        return artifacts;
      },
    },
    remember(model) {
      if (dtypes.size > 0) origins.set(model, dtypes);
    },
  };
}

/** A destination that writes weights in fewer bits. */
export interface QuantizedDestination {
  readonly destination: tf.io.IOHandler | string;
  /** After saving: what is to be told of it. */
  notices(): Notice[];
}

/**
 * @param quantize the type for all weights, `false` for none; `undefined` for those that the model came in
 */
export function quantizedDestination(
  model: LayersModel,
  destination: tf.io.IOHandler | string,
  quantize: QuantizedDtype | false | undefined,
): QuantizedDestination {
  const origin = quantize === undefined ? origins.get(model) : undefined;
  const plain = { destination, notices: () => [] };
  if (quantize === false || (quantize === undefined && origin === undefined)) return plain;
  const handlers = typeof destination === 'string' ? tf.io.getSaveHandlers(destination) : [destination];
  const [handler] = handlers;
  // tfjs says itself what is wrong with such a destination.
  if (handler?.save === undefined || handlers.length > 1) return plain;
  let left: readonly string[] = [];
  const save = (artifacts: tf.io.ModelArtifacts) => {
    const made = quantizeArtifacts(artifacts, (name) => quantize || origin?.get(name));
    left = made.left;
    return handler.save!(made.artifacts);
  };
  return {
    destination: { save },
    notices: () => [
      ...(origin === undefined ? [] : [AS_LOADED]),
      ...(left.length === 0 ? [] : [leftAsFloats(left)]),
    ],
  };
}

const AS_LOADED: Notice = {
  code: 'quantized-as-loaded',
  message:
    'the model came with quantised weights and was saved in the same types, so that what was trained since is ' +
    'rounded. quantize: false saves float32, in two to four times the bytes',
};

function leftAsFloats(weights: readonly string[]): Notice {
  return {
    code: 'not-quantized',
    message:
      `${listNames(weights)} hold numbers that fewer bits cannot (NaN, infinities, or beyond 65504 in a float16) and ` +
      'were saved as float32',
    weights,
  };
}
