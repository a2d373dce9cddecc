import type { Recipe } from '@synaprune/core';
import type { ModelName } from '@synaprune/examples-kit/ocr/model/model';
import type { Settings } from './settings.js';

/** How large a run is. */
interface Size {
  readonly sparsities: readonly number[];
  readonly steps: number;
  readonly lines: number;
  readonly testLines: number;
}

/** What a model is pruned, trained and measured with, unless flags say otherwise. */
export interface Preset extends Pick<Settings, 'width' | 'batch'> {
  /** What the recipes of all stages have in common. */
  readonly pruning: Omit<Recipe, 'schedule'> & { readonly floor: number };
  readonly learningRate: number;
  readonly full: Size;
  readonly quick: Size;
}

const SPARSITIES = [0.5, 0.7, 0.8, 0.9] as const;

/** Presets by model. */
export const PRESETS: Readonly<Record<ModelName, Preset>> = {
  cls: {
    pruning: { every: 4, distribution: 'global', floor: 0.05 },
    width: 192,
    batch: 16,
    learningRate: 3e-3,
    full: { sparsities: SPARSITIES, steps: 250, lines: 2000, testLines: 500 },
    quick: { sparsities: [0.5], steps: 40, lines: 320, testLines: 100 },
  },
  rec: {
    pruning: { every: 4, distribution: 'global', floor: 0 },
    width: 160,
    batch: 8,
    learningRate: 1.5e-3,
    full: { sparsities: SPARSITIES, steps: 60, lines: 320, testLines: 128 },
    quick: { sparsities: [0.5], steps: 30, lines: 64, testLines: 48 },
  },
};
