import { type Bed, createBed } from './bed.js';
import type { Distribution } from './distributions.js';
import type { Python } from './peers/python.js';
import type { Row } from './row.js';
import type { LazyGpu } from './webgpu/gpu.js';

/** Rounds of a measurement that count, and rounds before them. */
export interface Rounds {
  readonly samples: number;
  readonly warmups: number;
}

/** Fewer rounds, for what takes long. */
export function fewRounds({ samples, warmups }: Rounds): Rounds {
  return { samples: Math.min(9, samples), warmups: Math.min(2, warmups) };
}

/** What a group of measurements works with. */
export interface Context {
  /** Numbers of weights to measure at, ascending. */
  readonly sizes: readonly number[];
  /** Rounds at so many elements. */
  readonly rounds: (elements: number) => Rounds;
  /** Weights in a WebAssembly memory, freshly restored. Shared by all groups. */
  readonly bed: (elements: number, distribution: Distribution) => Promise<Bed>;
  /** Tells a person who waits what is being done. */
  readonly say: (text: string) => void;
  /** Python, as far as there is one with numpy or torch. */
  readonly python: Python;
  /** tfjs's WebGPU device, if there is one. */
  readonly gpu: LazyGpu;
}

/** Whether all sizes are below 1e7, as in a smoke run: then networks, files and models are small too. */
export function isSmall({ sizes }: Pick<Context, 'sizes'>): boolean {
  return Math.max(0, ...sizes) < 1e7;
}

/** A name, and the measurements that go by it. */
export type Measurement = (context: Context) => Promise<Row[]>;

/** Makes each bed once, and fills it anew where other weights are wanted. */
export function createBeds(): Context['bed'] {
  const beds = new Map<number, Bed>();
  return async (elements, distribution) => {
    const bed = beds.get(elements) ?? (await createBed(elements, distribution));
    beds.set(elements, bed);
    if (bed.distribution() === distribution) bed.restore();
    else bed.fill(distribution);
    return bed;
  };
}
