import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import { domainOf } from '../domain.js';
import { recogniseFile } from './recognise-file.js';
import { badModel, forEachField, readText, type Span, signedVarint } from './wire.js';

/** Largest file that is one protocol-buffer message, by the format's own rule. */
export const LARGEST_MODEL: number = 2 ** 31 - 1;

/** Well above the newest version of the standard operators, so that models of years to come can be pruned. */
const LARGEST_OPSET = 64n;

const GRAPH = 7;
const OPSET_IMPORT = 8;
const FUNCTIONS = 25;

/** The parts of a model that matter here. */
export interface ModelSpans {
  readonly graph: Span;
  readonly functions: readonly Span[];
}

/**
 * Checks that bytes are a model, down to its graph's place. An empty file would otherwise be an empty model. Of
 * what is none, the error says what it seems to be.
 *
 * @throws TypeError when they are no bytes
 * @throws PruneError `bad-model`
 */
export function checkModelBytes(caller: string, bytes: Uint8Array): ModelSpans {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `${caller} needs the bytes of an ONNX model as a Uint8Array, got ${describe(bytes)}${hintFor(bytes)}`,
    );
  }
  try {
    return findSpans(bytes);
  } catch (error) {
    const kind = error instanceof PruneError ? recogniseFile(bytes) : undefined;
    if (kind === undefined) throw error;
    throw new PruneError('bad-model', `needed is an ONNX model, got ${kind}`, { cause: error });
  }
}

function hintFor(given: unknown): string {
  if (typeof given === 'string') return '; read the file first';
  if (given instanceof Promise) return '; await it';
  if (given instanceof ArrayBuffer) return ' (an ArrayBuffer); pass new Uint8Array(buffer)';
  return '';
}

function findSpans(bytes: Uint8Array): ModelSpans {
  const place = 'the model';
  if (bytes.length > LARGEST_MODEL) {
    throw badModel(place, `${bytes.length} bytes; the most that the format allows is ${LARGEST_MODEL}`);
  }
  const graphs: Span[] = [];
  const functions: Span[] = [];
  const opsets = new Map<string, bigint>();
  forEachField(bytes, { start: 0, end: bytes.length }, place, (field, wire, start, end) => {
    if (wire !== 2) return;
    if (field === GRAPH) graphs.push({ start, end });
    if (field === OPSET_IMPORT) readOpset(bytes, { start, end }, place, opsets);
    if (field === FUNCTIONS) functions.push({ start, end });
  });
  const [graph] = graphs;
  if (graph === undefined || graphs.length > 1)
    throw badModel(place, `${graphs.length} graphs; needed is one`);
  if (opsets.size === 0) throw badModel(place, 'no opset_import, which every ONNX model has');
  return { graph, functions };
}

function readOpset(bytes: Uint8Array, span: Span, place: string, opsets: Map<string, bigint>): void {
  let domain = '';
  let version = 0n;
  forEachField(bytes, span, place, (field, wire, start, end) => {
    if (field === 1 && wire === 2) domain = readText(bytes, start, end, place);
    if (field === 2 && wire === 0) version = signedVarint(bytes, start, end);
  });
  const name = domainOf(domain);
  const other = opsets.get(name);
  // Of one version it says the same twice; of two, some readers take the first and others the last.
  if (other !== undefined && other !== version) {
    throw badModel(place, `operators of ${quote(name)} of versions ${other} and ${version}`);
  }
  opsets.set(name, version);
  if (name !== '') return;
  if (version < 1n || version > LARGEST_OPSET) {
    throw badModel(place, `operators of version ${version}; needed is one from 1 to ${LARGEST_OPSET}`);
  }
}
