import type { Notice } from '@synaprune/core';
import { percent } from '@synaprune/examples-kit/format';
import { type ToldNotice, tellNotices } from '@synaprune/examples-kit/notices';
import type { ModelName, Words } from '@synaprune/examples-kit/ocr/model/model';
import type { Scores } from '@synaprune/examples-kit/ocr/model/scores';
import type { Settings } from './settings.js';
import type { Sizes } from './sizes.js';

/** How a version of the model came to be. */
export type Arm = 'dense' | 'one-shot' | 'trained';

/** One version of the model, measured. */
export interface Version {
  readonly arm: Arm;
  /** What was asked for. */
  readonly target: number;
  /** Zeros among the weights that may be pruned, counted in the file. */
  readonly sparsity: number;
  readonly scores: Scores;
  readonly sizes: Sizes;
  /** From the dense model to this one; for `trained` through all stages before it. */
  readonly seconds: number;
  /** What did not come to hold while it was made. */
  readonly notices: readonly Notice[];
  /** Name of the .onnx in the output folder. */
  readonly file: string;
  /** What it answered on the lines of {@link Results.samples}. */
  readonly samples: readonly string[];
}

/** What `results.json` holds. */
export interface Results {
  readonly version: 1;
  readonly created: string;
  /** Whether all that was asked for has finished. */
  readonly complete: boolean;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly model: {
    readonly id: ModelName;
    readonly name: string;
    readonly kind: string;
    readonly words: Words;
    readonly provenance: string;
    readonly licence: string;
    /** Weights that may be pruned. */
    readonly prunable: number;
    /** Weights of depthwise kernels, which neither arm touches. */
    readonly spared: number;
  };
  readonly inputs: {
    readonly provenance: string;
    readonly licence: string;
    /** Whether every other line is upside down. */
    readonly turned: boolean;
    /** The agreement with the dense model of its commonest answer, given to every line. */
    readonly chance: number;
  };
  readonly settings: Settings;
  readonly versions: readonly Version[];
  /** Some measured lines, as PNG in base64, their texts and the right answers. */
  readonly samples: readonly {
    readonly text: string;
    readonly truth: string;
    readonly font: string;
    readonly png: string;
  }[];
  /** Loss of each training step. */
  readonly losses: readonly number[];
}

/** What did not come to hold, by version. */
export function noticesOf({ versions }: Pick<Results, 'versions'>): ToldNotice[] {
  return tellNotices(
    versions.map(({ arm, target, notices }) => ({ who: `${arm} ${percent(target, 0)}`, notices })),
  );
}

/** Results as text. */
export function resultsJson(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
