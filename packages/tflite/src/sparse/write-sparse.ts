import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import { encode } from '../format/encode.js';
import { createDraft } from '../model/draft.js';
import type { Model } from '../model/model.js';
import { openModel } from '../model/open-model.js';
import { assignRoles } from '../roles/assign-roles.js';
import { partGraph } from '../xnnpack/parts.js';
import { wrongAnswers } from '../xnnpack/wrong-answers.js';
import { prepareDraft } from './prepare-model.js';
import { requireWritable } from './require-writable.js';
import { storeSparse, whyDense } from './write-filters.js';

/** A model with filters stored sparse, where that is right. */
export interface WrittenSparse {
  readonly model: Uint8Array<ArrayBuffer>;
  readonly notices: readonly Notice[];
}

/**
 * Stores the filters of 1×1 convolutions and fully connected layers sparse where that takes fewer bytes, and writes what
 * stands around them so that XNNPACK can run them sparse. Where nothing would run sparse the layers stay as they are.
 * Where XNNPACK would answer wrongly, everything does.
 *
 * @param bytes of a pruned model, which is right
 * @throws PruneError `unsupported` when the model has something in it that cannot be written anew
 */
export function writeSparse(caller: string, bytes: Uint8Array<ArrayBuffer>): WrittenSparse {
  const model = openModel(caller, bytes);
  requireWritable(model);
  const prepared = storeFilters(model, true);
  if (prepared === undefined) {
    const message =
      'no filter takes fewer bytes when it is stored sparse: 1×1 and fully connected ones do from about half zeros on';
    return { model: bytes, notices: [{ code: 'nothing-sparse', message }] };
  }
  const runs = runsSparse(caller, prepared.model);
  const written = runs ? prepared : storeFilters(model, false)!;
  const wrong = wrongAnswers(openModel(caller, written.model));
  if (wrong !== undefined) {
    const message = `all filters are stored dense, with their zeros, because XNNPACK would answer wrongly if one were stored sparse: ${wrong}`;
    return { model: bytes, notices: [{ code: 'sparse-declined', message }] };
  }
  if (runs) return { model: written.model, notices: [] };
  const message = `${listNames(written.names)} are stored sparse, and no part of the model runs sparse: lintTflite says of each layer what holds it`;
  return { model: written.model, notices: [{ code: 'runs-dense', message, weights: written.names }] };
}

/** @returns undefined where no filter is stored sparse */
function storeFilters(
  model: Model,
  prepares: boolean,
): { readonly model: Uint8Array<ArrayBuffer>; readonly names: readonly string[] } | undefined {
  const draft = createDraft(model);
  const stored = assignRoles(model, () => false).filter((weight) => {
    return whyDense(model, weight) === undefined && storeSparse(draft, model, weight) !== undefined;
  });
  if (stored.length === 0) return undefined;
  if (prepares) prepareDraft(draft, model);
  return { model: encode(draft.finish()), names: stored.map(({ tensor }) => tensor.name) };
}

function runsSparse(caller: string, bytes: Uint8Array): boolean {
  return openModel(caller, bytes).graphs.some((graph) =>
    partGraph(graph, 'narrow').parts.some(({ sparse }) => sparse),
  );
}
