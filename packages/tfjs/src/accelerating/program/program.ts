import * as tf from '@tensorflow/tfjs-core';
import type { Lent, Machine } from '../machine/machine.js';
import { lengthOf, type Stage, type Work } from './stage.js';

/** A whole model as stages, one after another, the first of which does not write in place. */
export interface Program {
  /** What the model predicts; `undefined` where it has to be predicted by its layers. */
  run(machine: Machine, x: tf.Tensor): tf.Tensor | undefined;
}

/** Floats between two stages that are worked on at once: what fits a cache. */
const MOST_FLOATS = 2 ** 17;
/** Samples that products are fast for. */
const LEAST_SAMPLES = 32;
const FLOAT = 4;

/** Shapes of a sample: of what goes in, and of what each stage makes. */
interface Plan {
  readonly shapes: readonly (readonly number[])[];
  /** Floats of the longest of what stages make. */
  readonly longest: number;
}

/** @param declared shape of the model's input, `null` for edges of any length */
export function createProgram(declared: readonly (number | null)[], stages: readonly Stage[]): Program {
  let last: Plan | undefined;
  return {
    run(machine, x) {
      const { shape, dtype } = x;
      if (dtype !== 'float32' || x.size === 0 || shape.length !== declared.length) return undefined;
      if (!declared.every((edge, i) => edge === null || edge === shape[i])) return undefined;
      const sample = shape.slice(1);
      if (last === undefined || !sample.every((edge, i) => edge === last!.shapes[0]![i])) {
        last = planStages(stages, sample);
      }
      const out = last && runStages(machine, stages, last, x);
      return out && tf.engine().makeTensorFromTensorInfo(out);
    },
  };
}

function planStages(stages: readonly Stage[], sample: readonly number[]): Plan | undefined {
  const shapes = [sample];
  for (const stage of stages) {
    const next = stage.shape(shapes.at(-1)!);
    if (next === undefined) return undefined;
    shapes.push(next);
  }
  return { shapes, longest: Math.max(...shapes.slice(1).map(lengthOf)) };
}

function runStages(
  machine: Machine,
  stages: readonly Stage[],
  { shapes, longest }: Plan,
  x: tf.Tensor,
): tf.TensorInfo | undefined {
  const samples = x.shape[0]!;
  const lent: Lent[] = [];
  const works: Work[] = [];
  const together = Math.min(samples, Math.max(LEAST_SAMPLES, Math.floor(MOST_FLOATS / longest)));
  let room = 0;
  try {
    for (const [i, stage] of stages.entries()) {
      const work = stage.open(machine, shapes[i]!, lent);
      if (work === undefined) return undefined;
      works.push(work);
    }
    const read = machine.lend(x);
    if (read === undefined) return undefined;
    lent.push(read);
    room = machine.allocate(FLOAT * 2 * together * longest);
    const out = room === 0 ? undefined : machine.make([samples, ...shapes.at(-1)!]);
    if (out === undefined) return undefined;
    const [wide, long] = [lengthOf(shapes[0]!), lengthOf(shapes.at(-1)!)];
    const halves = [room, room + FLOAT * together * longest] as const;
    for (let first = 0; first < samples; first += together) {
      const count = Math.min(together, samples - first);
      const places = { from: read.at + FLOAT * first * wide, to: out.at + FLOAT * first * long, halves };
      if (runPart(stages, works, places, count)) continue;
      out.cancel();
      return undefined;
    }
    return out.finish();
  } finally {
    for (const part of lent) part.giveBack();
    if (room !== 0) machine.release(room);
  }
}

interface Places {
  readonly from: number;
  readonly to: number;
  /** What stages make between, in turns. */
  readonly halves: readonly [number, number];
}

function runPart(
  stages: readonly Stage[],
  works: readonly Work[],
  { from, to, halves }: Places,
  samples: number,
): boolean {
  const written = stages.findLastIndex(({ inPlace }) => !inPlace);
  let at = from;
  for (const [i, work] of works.entries()) {
    let next = at;
    if (i === written) next = to;
    else if (!stages[i]!.inPlace) next = at === halves[0] ? halves[1] : halves[0];
    if (!work(at, next, samples)) return false;
    at = next;
  }
  return true;
}
