import { PruneError } from '@synaprune/core';
import { encode } from '../format/encode.js';
import { createDraft, type Draft } from '../model/draft.js';
import type { Model } from '../model/model.js';
import { openModel } from '../model/open-model.js';
import { applyPaddings } from './apply-paddings.js';
import { writeMeans } from './means-of-pools.js';
import { planPaddings } from './plan-paddings.js';
import { requireWritable } from './require-writable.js';

/** Writes what stands around filters so that XNNPACK can run them sparse. */
export function prepareDraft(draft: Draft, model: Model): void {
  for (const graph of model.graphs) {
    applyPaddings(draft, graph, planPaddings(graph, model.graphs.length === 1));
    writeMeans(draft, graph);
  }
}

/** A model as it would be, with its filters as they are; or why it cannot be written anew. */
export function prepareModel(caller: string, model: Model): Model | string {
  try {
    requireWritable(model);
  } catch (error) {
    if (error instanceof PruneError) return error.message;
    throw error;
  }
  const draft = createDraft(model);
  prepareDraft(draft, model);
  return openModel(caller, encode(draft.finish()));
}
