import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireWritable } from '@synaprune/examples-kit/files/write-file';
import { catchInterruption } from '@synaprune/examples-kit/terminal/interruption';
import { nearPath } from '@synaprune/examples-kit/terminal/near-path';
import { nameText, printLine } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import { conductRuns } from 'synaprune-study/execution/conduct-study';
import { createLocalExecutor } from 'synaprune-study/execution/local-executor';
import { createPool } from 'synaprune-study/execution/pool';
import { count } from 'synaprune-study/report/words';
import { createRunProgress } from 'synaprune-study/run-progress';
import { openStoreOf, type Store } from 'synaprune-study/store/store';
import { openRuntime } from 'synaprune-study/training/open-runtime';
import type { Options } from './options.js';
import { makePlan, type Plan, specsOf } from './plan.js';
import { writeReport } from './report/write-report.js';
import type { MethodResult, MethodSpec } from './run.js';
import { keyOf, METHOD_RUNS } from './run-kind.js';

const INTERRUPTED = 130;

/**
 * Carries a comparison out and returns its exit code: 0, 1 when runs failed, 130 after Ctrl-C.
 *
 * @throws PruneError and whatever else ends it before its runs have ended
 */
export async function runMethods({
  quick,
  seeds,
  methods,
  out: folder,
  workers,
  quiet,
}: Options): Promise<number> {
  const say = quiet ? () => {} : (line: string) => printLine(line);
  const out = resolve(folder);
  requireWritable(out, { files: ['methods.html', 'methods.json', 'runs.jsonl', 'runs.lock'] });
  const runtime = await openRuntime();
  await runtime.dispose();
  const plan = makePlan({ quick, seeds, methods, runtime: runtime.name });
  const store = openStoreOf(METHOD_RUNS, out);
  try {
    say(
      `\n${pc.bold('Synaprune methods')}: ${plan.tasks.map(({ task }) => task).join(', ')}, ${count(seeds, 'seed')} each`,
    );
    if (store.tornBytes > 0)
      say(pc.yellow(`  ${store.path}: the last line is only half there; its run is done again`));
    const { signal, release } = catchInterruption();
    const failures = await carryOut(plan, store, { workers, quiet, signal, say });
    if (signal.aborted)
      say(`\n${pc.yellow('Interrupted')}: finished runs are kept; the same command goes on from here.`);
    for (const { spec, message } of failures) {
      printLine(`  ${pc.red('failed')}: ${nameOf(spec)}: ${nameText(message, 500)}`, process.stderr);
    }
    const written = writeReport(plan, store, out);
    for (const [name, path] of Object.entries(written ?? {}))
      printLine(`${pc.bold(name)}  ${pc.cyan(nearPath(path))}`);
    release();
    return signal.aborted ? INTERRUPTED : failures.length > 0 ? 1 : 0;
  } finally {
    store.close();
  }
}

async function carryOut(
  plan: Plan,
  store: Store<MethodSpec, MethodResult>,
  {
    workers,
    quiet,
    signal,
    say,
  }: Pick<Options, 'workers' | 'quiet'> & {
    readonly signal: AbortSignal;
    readonly say: (line: string) => void;
  },
) {
  const specs = new Map(specsOf(plan).map((spec) => [keyOf(spec), spec]));
  const path = fileURLToPath(new URL('./child.js', import.meta.url));
  const executor = createLocalExecutor(createPool<MethodSpec, MethodResult>({ path, args: [] }, workers));
  const progress = createRunProgress<MethodSpec, MethodResult>(process.stdout, quiet, {
    keyOf,
    nameOf,
    likenessOf,
  });
  for (const { spec, result } of store.all()) progress.learn(spec, result);
  say(
    pc.dim(
      `  ${plan.runtime} on ${executor.description}; ${count(store.size, 'finished run')} there already\n`,
    ),
  );
  try {
    return await conductRuns({
      pending: (failed) => ({
        runs: new Map([...specs].filter(([key]) => !store.has(key) && !failed.has(key))),
        later: 0,
      }),
      keyOf,
      store,
      executor,
      progress,
      signal,
    });
  } finally {
    progress.close();
    await executor.close();
  }
}

function nameOf({ task, method, sparsity, seed }: MethodSpec): string {
  return `${method} on ${task}, sparsity ${sparsity}, seed ${seed}`;
}

function likenessOf({ task, method, training: { steps } }: MethodSpec): readonly [string, string, ''] {
  return [`${task} ${method} ${steps}`, `${task} ${steps}`, ''];
}
