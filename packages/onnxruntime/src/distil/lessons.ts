import type { Tensor } from 'onnxruntime-common';
import { uniformNumbers } from '../batch/random.js';
import type { Feeds } from '../inputs/given-samples.js';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { SoftTarget } from './loss-scale.js';
import type { OpenedTeacher } from './teacher.js';

/** What a step learns from: inputs, and what the teacher gives for them. */
export interface Lesson {
  readonly inputs: Feeds;
  readonly answers: Readonly<Record<string, SoftTarget>>;
}

/** Lessons of a teacher, in random order. */
export interface Lessons {
  /** The lesson of one sample. */
  of(sample: number): Promise<Lesson>;
  /** The next lesson to learn from: as many samples of one shape as make a batch. */
  next(): Promise<Lesson>;
}

/** How lessons are made. */
export interface LessonOptions {
  readonly ort: OnnxRuntime;
  readonly samples: readonly Feeds[];
  readonly teacher: OpenedTeacher;
  /** How many samples a lesson holds where they can be joined. */
  readonly batch: number;
  /** Whether the model takes any number of samples, along the first axis of each input. */
  readonly joins: boolean;
  readonly seed: number;
}

/** Bytes of answers that are kept; beyond, the teacher is asked again. */
const MOST_BYTES = 2 ** 28;

/** How far a joined answer may be off, in parts of the largest number: what another order of sums comes to. */
const ROUNDING = 1e-3;

export function createLessons({ ort, samples, teacher, batch, joins, seed }: LessonOptions): Lessons {
  const known = new Map<number, Lesson>();
  let bytes = 0;
  const shapes = samples.map((feeds) =>
    JSON.stringify(Object.entries(feeds).map(([name, { dims }]) => [name, dims])),
  );
  /** How many samples of a shape make a lesson. */
  const sizes = new Map<string, number>();
  let queue: number[] = [];
  let epoch = 0;

  const of = async (sample: number): Promise<Lesson> => {
    const asked = known.get(sample);
    if (asked !== undefined) return asked;
    const inputs = samples[sample]!;
    const lesson = { inputs, answers: await teacher.ask(inputs) };
    const size = Object.values(lesson.answers).reduce((sum, { data }) => sum + data.byteLength, 0);
    if (bytes + size <= MOST_BYTES) {
      known.set(sample, lesson);
      bytes += size;
    }
    return lesson;
  };

  const sizeOf = async (shape: string): Promise<number> => {
    const told = sizes.get(shape);
    if (told !== undefined) return told;
    const alike = [...shapes.keys()].filter((sample) => shapes[sample] === shape);
    const size = Math.min(alike.length, await joinable(alike));
    sizes.set(shape, size);
    return size;
  };

  /** How many samples may be one batch: that they may be at all, the teacher shows on two of them. */
  const joinable = async ([first, second]: readonly number[]): Promise<number> => {
    if (!joins || first === undefined || second === undefined) return 1;
    const lengths = Object.values(samples[first]!).map(({ dims }) => dims[0] ?? 0);
    const each = lengths[0] ?? 0;
    const most = Math.floor(batch / Math.max(1, each));
    if (most < 2 || each === 0 || lengths.some((length) => length !== each)) return 1;
    const lessons = [await of(first), await of(second)];
    if (lessons.some(({ answers }) => Object.values(answers).some(({ dims }) => dims[0] !== each))) return 1;
    const joined = join(ort, lessons);
    const asked = await teacher.ask(joined.inputs).catch(() => undefined);
    return asked !== undefined && areClose(asked, joined.answers) ? most : 1;
  };

  return {
    of,
    async next() {
      if (queue.length === 0) {
        queue = shuffled(samples.length, seed, epoch);
        epoch += 1;
      }
      const first = queue.shift()!;
      const shape = shapes[first]!;
      const chosen = [first];
      const size = await sizeOf(shape);
      while (chosen.length < size) {
        const at = queue.findIndex((sample) => shapes[sample] === shape && !chosen.includes(sample));
        if (at >= 0) chosen.push(...queue.splice(at, 1));
        else {
          // A new round, so that every lesson has the same shape: another shape is another graph.
          queue.push(...shuffled(samples.length, seed, epoch));
          epoch += 1;
        }
      }
      const lessons: Lesson[] = [];
      for (const sample of chosen) lessons.push(await of(sample));
      return lessons.length === 1 ? lessons[0]! : join(ort, lessons);
    },
  };
}

/** All samples once, in random order. */
function shuffled(count: number, seed: number, epoch: number): number[] {
  const order = [...Array(count).keys()];
  const random = uniformNumbers(count, seed, epoch, 0);
  for (let i = count - 1; i > 0; i -= 1) {
    const other = Math.floor(random[i]! * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

/** Several lessons as one, along the first axis. */
function join(ort: OnnxRuntime, lessons: readonly Lesson[]): Lesson {
  const [first] = lessons;
  const inputs = Object.entries(first!.inputs).map(([name, { type }]): [string, Tensor] => {
    const parts = lessons.map((lesson) => lesson.inputs[name]!);
    const { data, dims } = joined(
      parts.map((part) => ({ data: part.data as Float32Array, dims: part.dims })),
    );
    return [name, new ort.Tensor(type as 'float32', data, [...dims])];
  });
  const answers = Object.keys(first!.answers).map((name) => [
    name,
    joined(lessons.map((lesson) => lesson.answers[name]!)),
  ]);
  return { inputs: Object.fromEntries(inputs), answers: Object.fromEntries(answers) };
}

function joined(parts: readonly SoftTarget[]): SoftTarget {
  const [first] = parts;
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const data = new (first!.data.constructor as Float32ArrayConstructor)(length);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const rows = parts.reduce((sum, { dims }) => sum + dims[0]!, 0);
  return { data, dims: [rows, ...first!.dims.slice(1)] };
}

function areClose(some: Lesson['answers'], others: Lesson['answers']): boolean {
  return Object.entries(others).every(([name, { data, dims }]) => {
    const other = some[name]!;
    if (String(other.dims) !== String(dims)) return false;
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return data.every((value, i) => Math.abs(value - other.data[i]!) <= ROUNDING * largest);
  });
}
