import { PruneError } from '@synaprune/core';
import { describe, listNames, quote } from '@synaprune/core/checks';
import type { InferenceSession } from 'onnxruntime-common';
import { answersOf } from '../compare/answers-of.js';
import type { Feeds } from '../inputs/given-samples.js';
import { type ModelInput, modelInputs, unlikeInputs } from '../inputs/model-inputs.js';
import { run } from '../runtime/run.js';
import { loadSession } from '../runtime/runtime.js';
import type { TrainerInside } from '../trainer/inside.js';
import type { SoftTarget } from './loss-scale.js';

/** Whom a model is brought near: the bytes of a model with its inputs and outputs, or what gives outputs for inputs. */
export type Teacher = Uint8Array | TeacherFunction;

/** Gives outputs by name, of floats, for inputs by name. */
export type TeacherFunction = (
  inputs: Feeds,
) => Readonly<Record<string, TeacherOutput>> | Promise<Readonly<Record<string, TeacherOutput>>>;

/** An output of a teacher, such as a tensor of the runtime in main memory. */
export interface TeacherOutput {
  readonly data: unknown;
  readonly dims: readonly number[];
}

/** A teacher that answers. */
export interface OpenedTeacher {
  /** Its outputs of these names, of floats. @throws PruneError `teacher-mismatch` where one is missing */
  ask(inputs: Feeds): Promise<Readonly<Record<string, SoftTarget>>>;
  release(): Promise<void>;
}

/** @param names outputs that are learned from */
export async function openTeacher(
  teacher: Teacher | undefined,
  { ort, model, sessionOptions }: TrainerInside,
  names: readonly string[],
): Promise<OpenedTeacher> {
  let session: InferenceSession | undefined;
  let answer: TeacherFunction;
  if (typeof teacher === 'function') answer = teacher;
  else {
    if (teacher !== undefined) requireInputs(modelInputs(model), modelInputs(teacher));
    const loaded = await loadSession(ort, 'the teacher', teacher ?? model, sessionOptions);
    session = loaded;
    requireOutputs(loaded.outputNames, names);
    answer = (inputs) => run(loaded, 'the teacher', pick(inputs, loaded.inputNames), names);
  }
  return {
    async ask(inputs) {
      const given = await answer(inputs);
      requireOutputs(Object.keys(given ?? {}), names);
      const answers = answersOf(given as Parameters<typeof answersOf>[0]);
      return Object.fromEntries(
        names.map((name) => {
          const { data, dims } = answers[name]!;
          if (data instanceof Float32Array) return [name, { data, dims }];
          throw mismatch(`output ${quote(name)} in a Float32Array`, describe(data));
        }),
      );
    },
    release: async () => session?.release(),
  };
}

/** A teacher may look at a part of what the model takes. */
function requireInputs(own: readonly ModelInput[], teacher: readonly ModelInput[]): void {
  const unlike = unlikeInputs(own, teacher, true);
  if (unlike === undefined) return;
  throw new PruneError(
    'teacher-mismatch',
    `distil needs a teacher that takes what the model takes, ${unlike.one}; it takes ${unlike.other}`,
  );
}

function requireOutputs(given: readonly string[], names: readonly string[]): void {
  if (names.every((name) => given.includes(name))) return;
  throw mismatch(`the outputs ${listNames(names)}`, listNames(given));
}

function pick(inputs: Feeds, names: readonly string[]): Feeds {
  return Object.fromEntries(names.map((name) => [name, inputs[name]!]));
}

/** What a teacher and its student do not have in common. */
export function mismatch(needed: string, got: string): PruneError {
  return new PruneError('teacher-mismatch', `distil needs the teacher to give ${needed}, got ${got}`);
}
