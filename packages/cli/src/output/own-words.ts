import type { Notice } from '@synaprune/core';

/*
 * Libraries speak to who calls them from code, and name their functions and options: here they are said as they are
 * typed on the command line. A test looks for what stands on the left in the libraries, so that none of it gets stale.
 */
export const WORDS: readonly (readonly [library: string, own: string])[] = [
  ["across: 'normalisation' allows it", 'shrink --across normalisation allows it'],
  [
    "a floor, distribution: 'uniform' or select.exclude",
    'a floor or select.exclude of a recipe, or prune --distribution uniform,',
  ],
  ['select.include names a weight', 'select.include of a recipe names a weight'],
  ['as select.include asks', 'as select.include of the recipe asks'],
  ['give a smaller learningRate', 'give a lower --learning-rate'],
  [
    'give more steps or inputs, or a smaller sparsity',
    'give more --steps or --inputs, or a lower --sparsity',
  ],
  ['pruneOnnx prunes by magnitude', 'prune goes by magnitude'],
  [
    'pruneOnnxFile prunes files of any size',
    'pruneOnnxFile of @synaprune/onnx prunes files of any size from code',
  ],
  ['open, which dimensions gives a length', 'open, which --dimensions gives a length'],
  ['classes names', '--classes names'],
  [
    'a TensorFlow.js model.json is for @synaprune/tfjs-files, anything else',
    'a model.json of TensorFlow.js is taken under a name that ends in .json, anything else',
  ],
  [
    'a TensorFlow Lite model; needed is an .onnx, which tf2onnx makes of it',
    'a TensorFlow Lite model, which look and prune take under a name that ends in .tflite',
  ],
  [
    'those of a file beside one, such as model.onnx.data, go into externalData, with the bytes of the .onnx as the model',
    'a file beside one, such as model.onnx.data, is read with the .onnx: name that',
  ],
];

/** Names of functions that say what they need or take. */
const CALLER = /^(?:distil|[a-z]+[A-Z]\w*)(?=(?: needs| takes|:) )/;

/** A message of a library as the command line says it. What stands in double quotes are names, and stays. */
export function inOwnWords(message: string): string {
  return message
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, i) =>
      i % 2 === 1 ? part : WORDS.reduce((text, [library, own]) => text.replaceAll(library, own), part),
    )
    .join('')
    .replace(/^\w+ needs inputs: /, 'synaprune needs --inputs: ')
    .replace(CALLER, 'synaprune')
    .replace(/\(find\w*Weights says why\)/, '(look says why)');
}

/** The same of notices. */
export function noticesInOwnWords(notices: readonly Notice[]): Notice[] {
  return notices.map((notice) => ({ ...notice, message: inOwnWords(notice.message) }));
}

/** The same of what stays. */
export function heldInOwnWords<Held extends { readonly heldBy: string }>(held: readonly Held[]): Held[] {
  return held.map((each) => ({ ...each, heldBy: inOwnWords(each.heldBy) }));
}
