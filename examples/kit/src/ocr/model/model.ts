import type { Line } from '../lines/draw-line.js';

/** The models to choose from, by the name of the flag. */
export const MODELS = ['cls', 'rec'] as const;

/** One of {@link MODELS}. */
export type ModelName = (typeof MODELS)[number];

/** What a model makes of a line. */
export interface Answer {
  readonly text: string;
  /** How likely it holds the line to be upside down, 0 to 1; of the orientation model only. */
  readonly turned?: number;
}

/** How a model's numbers are called in tables and reports. */
export interface Words {
  /** Heading of {@link Model.distance}, short, and what it is, in a sentence. */
  readonly distance: string;
  readonly distanceMeans: string;
  /** Heading of {@link Model.error}, short, and what it is, in a sentence. */
  readonly error: string;
  readonly errorMeans: string;
  /** What is not measured. */
  readonly limits: string;
}

/** A model of lines from an .onnx file, and how to read and compare its outputs. */
export interface Model {
  readonly id: ModelName;
  readonly name: string;
  /** What it is, after an article. */
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** The name of the input: images `[lines, 3, 48, width]`, from −1 to 1. */
  readonly input: string;
  /** The name of the output: probabilities. */
  readonly output: string;
  /** The output's shape for one line so many pixels wide; the last edge counts classes. */
  outputShape(width: number): readonly number[];
  /** Whether every other line is turned by 180°. */
  readonly turnsLines: boolean;
  /** How training treats batch normalisation: by each batch's statistics, or by those of the file. */
  readonly batchNormalization: 'train' | 'inference';
  /** Reads the probabilities of one line. */
  answer(probabilities: Float32Array): Answer;
  /** The right answer's text. */
  truth(line: Line): string;
  /** How far answers are from the dense model's, 0 where they are the same. */
  distance(answers: readonly Answer[], dense: readonly Answer[]): number;
  /** How wrong texts are, 0 where all are right. */
  error(texts: readonly string[], truth: readonly string[]): number;
  readonly words: Words;
  readonly provenance: string;
  readonly licence: string;
}
