import {
  type ChannelOptions as AnyChannelOptions,
  requireChannelOptions,
  type ShrinkOptions,
} from '@synaprune/axes';
import type { ExternalData } from '@synaprune/onnx';

/** How a model is looked at. */
export interface ChannelOptions extends AnyChannelOptions {
  /** The files that the model keeps weights in, by the names that it has for them; they become part of the model. */
  readonly externalData?: ExternalData;
}

/** How `shrinkOnnx` shrinks. */
export interface ShrinkOnnxOptions extends ShrinkOptions, ChannelOptions {}

/** Options that other formats do not have. */
export const ONNX_OPTIONS: readonly string[] = ['externalData'];

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requireOnnxChannelOptions(caller: string, options: ChannelOptions): void {
  requireChannelOptions(caller, options, ONNX_OPTIONS);
}
