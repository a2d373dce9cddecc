import { freemem } from 'node:os';
import type { BenchOptions } from './command.js';
import { type Context, createBeds, type Rounds } from './context.js';
import { GROUPS } from './groups/index.js';
import { currentLoad, describeMachine, describeVersions } from './machine.js';
import { requireWritable, writeWhole } from './out-file.js';
import { findPython } from './peers/python.js';
import { formatGoals, formatGroup, formatSetting, type Report } from './report.js';
import type { Row } from './row.js';
import { summarize } from './summary.js';
import { createLazyGpu } from './webgpu/gpu.js';

/** Bytes a weight that a run needs: where it is pruned, what it is restored from, and copies on the heap. */
const BYTES_A_WEIGHT = 20;

/**
 * Runs the groups that were asked for, prints their tables, and writes everything as JSON.
 *
 * @throws Error before anything is measured when the JSON could not be written
 */
export async function run(options: BenchOptions): Promise<void> {
  requireWritable(options.out);
  const machine = describeMachine();
  const date = new Date().toISOString();
  const python = findPython(options.python);
  const gpu = createLazyGpu();
  const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const fits = (size: number) => BYTES_A_WEIGHT * size < freemem();
  const context: Context = {
    sizes: options.sizes.filter(fits),
    rounds: (elements) => {
      const { samples, warmups } = roundsAt(elements);
      return { samples: options.samples ?? samples, warmups: options.quick ? 2 : warmups };
    },
    bed: createBeds(),
    say: (text) => process.stderr.write(`${text}\n`),
    python,
    gpu,
  };
  for (const size of options.sizes.filter((size) => !fits(size))) {
    context.say(
      `left out ${size} weights: they need ${(BYTES_A_WEIGHT * size) / 2 ** 30} GiB of free memory`,
    );
  }
  const rows: Row[] = [];
  try {
    for (const name of options.only) {
      const found = await GROUPS[name]!.measure(context);
      console.log(formatGroup(name, found, colours));
      rows.push(...found);
    }
  } finally {
    python.close();
    gpu.close();
  }
  const gpuName = gpu.name();
  const report: Report = {
    schema: 1,
    date,
    command: `bench ${process.argv.slice(2).join(' ')}`.trim(),
    machine: { ...machine, ...(gpuName !== undefined && { gpu: gpuName }), loadAtEnd: currentLoad() },
    versions: { ...describeVersions(), ...python.versions },
    rows,
    goals: summarize(rows),
  };
  console.log(formatGoals(rows, colours));
  console.log(`\n${formatSetting(report)}`);
  writeWhole(options.out, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`written to ${options.out}`);
}

/** Rounds that give a steady median in bearable time; the engine has compiled everything after the first few. */
function roundsAt(elements: number): Rounds {
  if (elements > 2e7) return { samples: 7, warmups: 2 };
  return elements > 2e6 ? { samples: 15, warmups: 5 } : { samples: 31, warmups: 20 };
}
