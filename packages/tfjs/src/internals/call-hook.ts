import type { layers } from '@tensorflow/tfjs-layers';

/** `private _callHook` of a layer. */
interface Hooked {
  readonly _callHook?: unknown;
}

/**
 * Whether somebody is told of every call of a layer, by `setCallHook`.
 *
 * Written for tfjs-layers 4.22.0, which has a setter for it and no getter. Where the field is another, nobody is.
 */
export function hasCallHook(layer: layers.Layer): boolean {
  return (layer as unknown as Hooked)._callHook != null;
}
