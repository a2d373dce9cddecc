import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';
import { embedExternalData, encodeModel, type ModelProto } from '@synaprune/onnx';
import { findRoles, inlineFunctions, viewMessages } from '@synaprune/onnx/graph';
import type { ChannelOptions } from '../options.js';

/** A model that is about to be followed. */
export interface OpenedModel {
  /** The model in one file, as it is handed out where nothing is removed. */
  readonly bytes: Uint8Array;
  /** Its messages, with functions put where they are called; the caller's to change. */
  readonly message: ModelProto;
  /** Tensors that nobody learned, and why, by place and name: `graph/mel`. */
  fixed(): ReadonlyMap<string, string>;
}

/**
 * Reads a model, with the files that it keeps weights in.
 *
 * @throws PruneError `bad-model`; `external-data`; `unsupported` when it holds graphs for training
 */
export function openModel(
  caller: string,
  given: Uint8Array,
  { externalData }: Pick<ChannelOptions, 'externalData'>,
): OpenedModel {
  requireBytes(caller, given);
  const bytes = externalData === undefined ? given : embedExternalData(given, externalData);
  // What is cut replaces what messages hold: nothing is written into the bytes.
  const message = viewMessages(bytes);
  if (message.trainingInfo.length > 0) {
    throw new PruneError(
      'unsupported',
      'the model holds graphs for training (training_info), which would no longer fit a smaller graph; take them out first',
    );
  }
  if (!inlineFunctions(message)) return { bytes, message, fixed: () => fixedTensors(bytes) };
  const inlined = encodeModel(message);
  return { bytes, message, fixed: () => fixedTensors(inlined) };
}

function requireBytes(caller: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new TypeError(
    `${caller} needs the bytes of an ONNX model as a Uint8Array, got ${describe(bytes)}${hintFor(bytes)}`,
  );
}

function hintFor(given: unknown): string {
  if (typeof given === 'string') return '; read the file first';
  if (given instanceof Promise) return '; await it';
  if (given instanceof ArrayBuffer) return ' (an ArrayBuffer); pass new Uint8Array(buffer)';
  return '';
}

function fixedTensors(bytes: Uint8Array): ReadonlyMap<string, string> {
  const fixed = new Map<string, string>();
  for (const { name, graph, fixed: why } of findRoles(bytes)) {
    if (why !== undefined) fixed.set(`${graph}/${name}`, why);
  }
  return fixed;
}
