import { findWeights } from '@synaprune/onnx';
import { channelGroups, shrinkOnnx } from '@synaprune/onnx-shrink';
import { compressOnnx } from '@synaprune/onnxruntime';
import type { Rounds } from '../context.js';
import type { BenchRuntime } from '../onnx/runtimes.js';
import { judged, type Row, rowOf } from '../row.js';
import { costOf } from './cost.js';
import { distilled } from './distilled.js';
import { compareSpeed } from './speed.js';
import type { Task } from './task.js';

/** Seconds of distillation. */
const SECONDS = 120;
/** What the recogniser's speed is to come to, and the shares of channels that are tried until it does. */
const FASTER = 1.5;
const KEEPS = [0.8, 0.7, 0.6, 0.5];

/** 30 % of the hidden channels of the classifier's inverted residuals removed. */
export async function measureClassifierChannels(
  runtime: BenchRuntime,
  task: Task,
  rounds: Rounds,
): Promise<Row[]> {
  const keep = 0.7;
  // A hidden channel goes through a depthwise kernel.
  const depthwise = new Set(
    findWeights(task.model.bytes)
      .filter(({ shape }) => shape.length === 4 && shape[1] === 1)
      .map(({ name }) => name),
  );
  const hidden = channelGroups(task.model.bytes)
    .groups.filter(({ members }) => members.some(({ tensor }) => depthwise.has(tensor)))
    .map(({ name }) => name);
  const shrunk = shrinkOnnx(task.model.bytes, { keep, multipleOf: 8, select: { include: hidden } }).model;
  const told = `${task.name}, 30 % of the hidden channels`;
  const published = await task.score(shrunk);
  const arms = [];
  for (const refit of [false, true]) arms.push(await compressed(runtime, task, keep, refit, hidden));
  const [without, refitted] = await Promise.all(arms.map(({ model }) => task.score(model)));
  const [small, dense] = await compareSpeed(runtime, task, arms[1]!.model, rounds);
  const row = { group: 'one-shot', elements: task.elements } as const;
  return [
    { ...row, work: `${told}: by their norms`, share: published.asDense },
    { ...row, work: `${told}: by what would be missed`, share: without!.asDense },
    judged('one-shot-classifier-channels', {
      ...row,
      work: `${told}: the same, refitted`,
      against: `by their norms: ${percent(published.asDense)}`,
      share: refitted!.asDense,
      nanoseconds: (1e9 * arms[1]!.seconds) / task.elements,
      note: `${arms[1]!.seconds.toFixed(1)} s`,
    }),
    rowOf(small, dense, {
      ...row,
      work: `${told}: times faster`,
      cheaper: true,
      goal: 'one-shot-classifier-faster',
    }),
  ];
}

/** Channels of the recogniser removed until it is fast enough: what refitting and distilling bring back. */
export async function measureRecogniserChannels(
  runtime: BenchRuntime,
  task: Task,
  rounds: Rounds,
  say: (text: string) => void,
): Promise<Row[]> {
  const row = { group: 'one-shot', elements: task.elements } as const;
  for (const keep of KEEPS) {
    say(`one-shot, ${task.name}, ${keep} of the channels`);
    const { model: small, seconds } = await compressed(runtime, task, keep, true);
    const [fast, dense] = await compareSpeed(runtime, task, small, rounds);
    if (dense.median / fast.median < FASTER && keep !== KEEPS.at(-1)) continue;
    const told = `${task.name}, ${keep} of the channels`;
    const cut = (await compressed(runtime, task, keep, false)).model;
    const arms: [string, Uint8Array, string][] = [
      ['not refitted', cut, ''],
      ['refitted', small, `${seconds.toFixed(1)} s`],
    ];
    for (const [name, model] of arms.slice()) {
      say(`one-shot, ${told}, distilling what was ${name}`);
      const taught = await distilled(runtime, task, model, SECONDS);
      arms.push([`${name}, two minutes of distillation`, taught.model, `${taught.steps} steps`]);
    }
    const scored = [];
    for (const [name, model, note] of arms) scored.push({ name, note, ...(await task.score(model)) });
    const [first, last] = [scored[0]!, scored.at(-1)!];
    return [
      rowOf(fast, dense, { ...row, work: `${told}: times faster`, cheaper: true, goal: 'one-shot-faster' }),
      ...scored.map(({ name, asDense, edits, note }) => ({
        ...row,
        work: `${told}: ${name}`,
        share: asDense,
        note: [`edits ${percent(edits!)}`, note].filter(Boolean).join('; '),
      })),
      judged('one-shot-points', {
        ...row,
        work: `${told}: lines more as dense, refitted and distilled`,
        against: first.name,
        share: last.asDense - first.asDense,
      }),
    ];
  }
  return [];
}

async function compressed(
  { ort, executionProviders }: BenchRuntime,
  { model, calibration, heldBack }: Task,
  keep: number,
  refit: boolean,
  groups?: readonly string[],
): Promise<{ readonly model: Uint8Array; readonly seconds: number }> {
  const { result, seconds } = await costOf(() =>
    compressOnnx({
      ort,
      executionProviders: [...executionProviders],
      model: model.bytes,
      inputs: calibration,
      heldBack: heldBack.slice(0, 8),
      unit: 'channel',
      keep,
      // The kernels of onnxruntime take channels eight at a time, and others are slower than the dense model's.
      multipleOf: 8,
      refit,
      ...(groups && { select: { include: groups } }),
    }),
  );
  return { model: result.model, seconds };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
