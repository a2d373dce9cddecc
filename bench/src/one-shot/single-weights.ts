import { compressOnnx } from '@synaprune/onnxruntime';
import type { BenchRuntime } from '../onnx/runtimes.js';
import { judged, type Row } from '../row.js';
import { costOf } from './cost.js';
import { PUBLISHED, pruneAsPublished } from './published.js';
import type { Scored, Task } from './task.js';

/** How `compressOnnx` is told to choose: as it does unless told, or each layer as sparse as every other. */
export type Choice = 'default' | 'uniform';

const NAMES: Readonly<Record<Choice, string>> = {
  default: 'refitted',
  uniform: 'refitted, each layer as sparse as every other',
};

/** The seconds of one core that the recogniser may take. */
const SECONDS = 60;

interface Arm {
  readonly name: string;
  readonly seconds: number;
  readonly scored: Scored;
}

/** Single weights gone without training: as published, and with what stays refitted. */
export async function measureSingleWeights(
  runtime: BenchRuntime,
  task: Task,
  sparsity: number,
  choices: readonly Choice[],
  say: (text: string) => void,
): Promise<Row[]> {
  const told = `${task.name}, ${Math.round(100 * sparsity)} %`;
  const run = async (name: string, prune: () => Promise<Uint8Array>): Promise<Arm> => {
    say(`one-shot, ${told}, ${name}`);
    const { result, seconds } = await costOf(prune);
    return { name, seconds, scored: await task.score(result) };
  };
  const published: Arm[] = [];
  for (const [name, method] of Object.entries(PUBLISHED)) {
    published.push(await run(name, () => pruneAsPublished(runtime, task, method, sparsity)));
  }
  const best = published.reduce((a, b) => (b.scored.asDense > a.scored.asDense ? b : a));
  const rows = published.map((arm) => rowOfArm(task, told, arm));
  for (const choice of choices) {
    const arm = await run(NAMES[choice], async () => {
      const { model } = await compressOnnx({
        ort: runtime.ort,
        executionProviders: [...runtime.executionProviders],
        model: task.model.bytes,
        inputs: task.calibration,
        heldBack: task.heldBack.slice(0, 8),
        unit: 'weight',
        keep: 1 - sparsity,
        ...(choice === 'uniform' && { distribution: 'uniform' }),
        select: { include: task.weights },
      });
      return model;
    });
    const goal = choice === 'default' ? `one-shot-${task.name}-${Math.round(100 * sparsity)}` : undefined;
    rows.push(rowOfArm(task, told, arm, { goal, best }));
    if (task.name === 'recogniser' && choice === 'default') rows.push(...costRows(task, told, arm));
  }
  return rows;
}

function rowOfArm(
  { elements }: Task,
  told: string,
  { name, seconds, scored }: Arm,
  { goal, best }: { readonly goal?: string | undefined; readonly best?: Arm } = {},
): Row {
  const { asDense, edits, error, denseError } = scored;
  const changed = edits === undefined ? '' : `edits ${percent(edits)}; `;
  return judged(goal, {
    group: 'one-shot',
    work: `${told}: ${name}`,
    ...(best && { against: `the best published, ${best.name}: ${percent(best.scored.asDense)}` }),
    elements,
    share: asDense,
    nanoseconds: (1e9 * seconds) / elements,
    ...(best && { nanosecondsAgainst: (1e9 * best.seconds) / elements }),
    note: `${changed}wrong ${percent(error)}, dense ${percent(denseError)}; ${seconds.toFixed(1)} s`,
  });
}

/** What the recogniser's edits and seconds are, by themselves. */
function costRows({ elements }: Task, told: string, { name, seconds, scored }: Arm): Row[] {
  const shared = { group: 'one-shot', elements } as const;
  return [
    judged('one-shot-edits', { ...shared, work: `${told}: ${name}: edits`, share: scored.edits! }),
    judged('one-shot-seconds', {
      ...shared,
      work: `${told}: ${name}: CPU seconds, of ${SECONDS}`,
      share: seconds / SECONDS,
      note: `${seconds.toFixed(1)} s; ${(seconds / (elements / 1e6)).toFixed(1)} s a million weights`,
    }),
  ];
}

/** `82.8 %`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
