import { type Cut, type CutGroup, type Item, weightSeed } from '@synaprune/core';
import { createModel, type Model, RANDOM_SEED, type ScoreKind } from '../oracle/model.js';
import { packFlags } from '../oracle/packing.js';
import type { Specimen } from '../specimens/specimens.js';
import { expectSame, expectSameBits, expectSameBytes } from './expect.js';
import type { Handle, Stand } from './stand.js';

/** A weight on the device, its mask, and what both must hold. */
export interface Subject extends Model {
  readonly weight: Handle;
  readonly mask: Handle;
  readonly scoreTensor: Handle;
}

/** Weights and masks on the device, with a tensor of scores each where the score is `tensor`. */
export async function createSubjects(
  stand: Stand,
  specimens: readonly Specimen[],
  score: ScoreKind = 'magnitude',
): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const specimen of specimens) {
    const weight = await stand.createWeight(specimen.values, specimen.shape);
    const scoreTensor =
      score === 'tensor' ? await stand.createWeight(specimen.scores, specimen.shape) : undefined;
    subjects.push({ ...createModel(specimen), weight, mask: stand.createMask(weight), scoreTensor });
  }
  return subjects;
}

/** A subject as the verbs take it. */
export function itemOf(subject: Subject, score: ScoreKind = 'magnitude'): Item<Handle, Handle> {
  const { weight, mask, name, scoreTensor } = subject;
  switch (score) {
    case 'magnitude':
      return { weight, mask, score: { kind: 'magnitude' } };
    case 'tensor':
      return { weight, mask, score: { kind: 'tensor', tensor: scoreTensor } };
    case 'random':
      return { weight, mask, score: { kind: 'random', seed: weightSeed(RANDOM_SEED, name) } };
  }
}

/** Subjects that share one cut of single elements. */
export function groupOf(
  subjects: readonly Subject[],
  { magnitude, ties }: Cut,
  score: ScoreKind = 'magnitude',
): CutGroup<Handle, Handle> {
  return {
    items: subjects.map((subject) => itemOf(subject, score)),
    cut: { magnitude, ties },
  };
}

/** Overwrites a subject's weight, on the device and in the model: an optimizer step. */
export async function writeSubject(stand: Stand, subject: Subject, values: Float32Array): Promise<void> {
  subject.values.set(values);
  await stand.harness.writeWeight(subject.weight, values.slice());
}

/** Overwrites a subject's mask, on the device and in the model; the weight stays. */
export async function maskSubject(stand: Stand, subject: Subject, kept: Uint8Array): Promise<void> {
  subject.kept.set(kept);
  await stand.backend.writeMask(subject.mask, packFlags(kept));
}

/** Masks are what the models say, bit for bit. */
export async function expectMasks(stand: Stand, what: string, subjects: readonly Subject[]): Promise<void> {
  for (const { name, mask, kept } of subjects) {
    expectSameBytes(`${what}: mask of ${name}`, await stand.backend.readMask(mask), packFlags(kept));
  }
}

/** Weights are what the models say, bit for bit. Not looked at where nothing is zeroed. */
export async function expectWeights(
  stand: Stand,
  what: string,
  subjects: readonly { readonly name: string; readonly weight: Handle; readonly values: Float32Array }[],
): Promise<void> {
  if (stand.manifest.readOnly === true) return;
  for (const { name, weight, values } of subjects) {
    const got = await stand.harness.readWeight(weight);
    expectSameBits(`${what}: ${name}`, got, values, stand.manifest);
  }
}

/** `countKept` says what the models say. */
export async function expectKept(stand: Stand, what: string, subjects: readonly Subject[]): Promise<void> {
  const got = await stand.backend.countKept(subjects.map(({ mask }) => mask));
  subjects.forEach(({ name, kept }, i) => {
    const needed = kept.reduce((sum, flag) => sum + flag, 0);
    expectSame(`${what}: elements that countKept finds in the mask of ${name}`, got[i], needed);
  });
}
