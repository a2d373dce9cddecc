import { resolve } from 'node:path';
import { requireWritable } from '@synaprune/examples-kit/files/write-file';
import { machineFacts } from '@synaprune/examples-kit/machine';
import { catchInterruption } from '@synaprune/examples-kit/terminal/interruption';
import { namesText, nameText, printLine } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import { ARMS, stoppingOf } from './arms/arms.js';
import { conductStudy } from './execution/conduct-study.js';
import type { Executor } from './execution/executor.js';
import type { StudyOptions } from './options.js';
import type { Failure } from './plan/assemble-study.js';
import { makePlan } from './plan/make-plan.js';
import type { Plan } from './plan/plan.js';
import { writeFailures, writePlan } from './plan/plan-file.js';
import { createProgress, nameOf } from './progress.js';
import { readStudyJson } from './report/read-study-json.js';
import { conclude } from './run-report.js';
import { openStore, type Store } from './store/store.js';
import { openRuntime } from './training/open-runtime.js';

const INTERRUPTED = 130;

/**
 * Carries a study out and returns its exit code: 0, 1 when runs failed, 130 after Ctrl-C.
 *
 * @throws PruneError and whatever else ends a study before its runs have ended
 */
export async function runStudy(options: StudyOptions): Promise<number> {
  const say = options.quiet ? () => {} : (line: string) => printLine(line);
  const out = resolve(options.out);
  requireWritable(out, {
    files: ['study.html', 'study.json', 'study-plan.json', 'failed-runs.json', 'runs.jsonl', 'runs.lock'],
  });
  // What would be wrong with it in hours is told now.
  if (options.compareWith !== undefined) readStudyJson(options.compareWith);
  const { cpu, cores, node } = machineFacts();
  const plan = makePlan(options, {
    arms: ARMS,
    stoppingOf,
    runtime: await nameRuntime(options),
    machine: { cpu, cores, node },
  });
  const store = openStore(out);
  try {
    writePlan(out, plan);
    announce(plan, store, say);
    const { signal, release } = catchInterruption();
    const failures = await carryOut(plan, store, options, signal, say);
    writeFailures(out, failures);
    tellEnd(failures, signal, say);
    if (!signal.aborted || store.size > 0) await conclude(plan, store, failures, out, options);
    release();
    return signal.aborted ? INTERRUPTED : failures.length > 0 ? 1 : 0;
  } finally {
    store.close();
  }
}

async function carryOut(
  plan: Plan,
  store: Store,
  options: StudyOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Failure[]> {
  const executor = await openExecutor(options, plan.runtime, say);
  const progress = createProgress(process.stdout, options.quiet);
  for (const { spec, result } of store.all()) progress.learn(spec, result);
  say(pc.dim(`  ${plan.runtime} on ${executor.description}`));
  say('');
  try {
    return await conductStudy({ plan, store, executor, progress, signal });
  } finally {
    progress.close();
    await executor.close();
  }
}

async function openExecutor(
  { queue, workers, runtime }: StudyOptions,
  runtimeName: string,
  say: (line: string) => void,
): Promise<Executor> {
  if (queue !== undefined) {
    // Whoever needs no queue need not have its packages.
    const { createQueueExecutor } = await import('./execution/queue-executor.js');
    return createQueueExecutor({ url: queue, runtime: runtimeName, say });
  }
  const { createLocalExecutor } = await import('./execution/local-executor.js');
  const { createTrainingPool } = await import('./execution/training-pool.js');
  return createLocalExecutor(createTrainingPool(runtime, workers));
}

async function nameRuntime({ runtime }: StudyOptions): Promise<string> {
  const opened = await openRuntime(runtime);
  await opened.dispose();
  return opened.name;
}

function announce(plan: Plan, store: Store, say: (line: string) => void): void {
  const { series, models, lengths, seeds, arms, protocol } = plan;
  say('');
  say(`${pc.bold('Synaprune study')}: ${protocol} protocol, ${namesText(series.map(({ name }) => name))}`);
  say(
    pc.dim(
      `  ${models.join(', ')}; ${count(arms.length, 'arm')}; ` +
        `${lengths.length === 1 ? 'length' : 'lengths'} ${lengths.join(', ')}; ` +
        (seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} to ${seeds.at(-1)}`),
    ),
  );
  for (const { series: index, length, model, reason } of plan.impossible) {
    const who = `${nameText(series[index]!.name)}, length ${length}${model === null ? '' : `, ${model}`}`;
    say(pc.yellow(`  not possible: ${who}: ${nameText(reason, 500)}`));
  }
  if (store.tornBytes > 0) {
    say(
      pc.yellow(
        `  ${store.path}: the last line is only half there (${store.tornBytes} bytes, of a process that was ` +
          'killed); it is cut off, and its run is done again',
      ),
    );
  }
  if (store.size > 0) say(pc.dim(`  ${count(store.size, 'finished run')} there already`));
}

function tellEnd(failures: readonly Failure[], signal: AbortSignal, say: (line: string) => void): void {
  if (signal.aborted)
    say(`\n${pc.yellow('Interrupted')}: finished runs are kept; the same command goes on from here.`);
  if (failures.length === 0) return;
  printLine(
    `\n${pc.red(`${count(failures.length, 'run')} failed`)}; the same command tries them again:`,
    process.stderr,
  );
  for (const { spec, message } of failures.slice(0, 20)) {
    printLine(`  ${nameOf(spec)}: ${nameText(message, 500)}`, process.stderr);
  }
  if (failures.length > 20)
    printLine(`  … and ${failures.length - 20} more, in failed-runs.json`, process.stderr);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
