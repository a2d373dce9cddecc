import type { SensitivityCurve } from '@synaprune/refit';
import type { SavedFile } from '../../protocol';
import type { Facts, Made, Wish } from '../../state';
import type { Packable } from '../packing/packer';
import type { Bench, BenchOptions } from '../running/bench';
import type { Turn } from '../turn';

/** What is known about layers, of both units. */
export type Sensitivity = Partial<Record<Wish['unit'], readonly SensitivityCurve[]>>;

/** A model as it was made. */
export interface MadeContent<Content> extends Omit<Made, 'wish'> {
  readonly content: Content;
}

/** What can be done with models of a format; `Content` is one as it lies in memory. */
export interface Format<Content> {
  /** Has the runtime fetched that models of the format need; whether it can be had is told when it is needed. */
  prepare(): void;
  look(content: Content): Omit<Facts, 'name' | 'bytes'>;
  make(content: Content, wish: Wish, sensitivity: Sensitivity): Promise<MadeContent<Content>>;
  /** The files of a model, to be downloaded or measured. */
  files(content: Content, name: string): SavedFile[];
  /** What it is to a packer. */
  packable(content: Content): Packable;
  openBench(content: Content, options: BenchOptions, turn: Turn): Promise<Bench<Content>>;
}

/** A format with a model of it. */
export interface OpenedModel<Content> {
  readonly format: Format<Content>;
  readonly content: Content;
  /** Without its ending. */
  readonly name: string;
  /** Drawn lines instead of noise, for the model that comes with the page. */
  readonly lines: boolean;
}
