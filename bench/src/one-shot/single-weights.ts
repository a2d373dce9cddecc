import type { BenchRuntime } from '../onnx/runtimes.js';
import type { Row } from '../row.js';
import { costOf } from './cost.js';
import { PUBLISHED, pruneAsPublished } from './published.js';
import type { Scored, Task } from './task.js';

interface Arm {
  readonly name: string;
  readonly seconds: number;
  readonly scored: Scored;
}

/** Single weights gone without training: as published. */
export async function measureSingleWeights(
  runtime: BenchRuntime,
  task: Task,
  sparsity: number,
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
  return published.map((arm) => rowOfArm(task, told, arm));
}

function rowOfArm({ elements }: Task, told: string, { name, seconds, scored }: Arm): Row {
  const { asDense, edits, error, denseError } = scored;
  const changed = edits === undefined ? '' : `edits ${percent(edits)}; `;
  return {
    group: 'one-shot',
    work: `${told}: ${name}`,
    elements,
    share: asDense,
    nanoseconds: (1e9 * seconds) / elements,
    note: `${changed}wrong ${percent(error)}, dense ${percent(denseError)}; ${seconds.toFixed(1)} s`,
  };
}

/** `82.8 %`. */
function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
