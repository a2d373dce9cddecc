import { join, resolve } from 'node:path';
import { readRecipe } from '@synaprune/core';
import { requireWritable, writeFileWhole } from '@synaprune/examples-kit/files/write-file';
import { machineFacts } from '@synaprune/examples-kit/machine';
import { noticeText } from '@synaprune/examples-kit/notices';
import { readModel } from '@synaprune/examples-kit/ocr/model/read-model';
import { catchInterruption } from '@synaprune/examples-kit/terminal/interruption';
import { nearPath } from '@synaprune/examples-kit/terminal/near-path';
import { printLine } from '@synaprune/examples-kit/terminal/terminal';
import { wrap } from '@synaprune/examples-kit/terminal/wrap';
import { findWeights } from '@synaprune/onnx';
import pc from 'picocolors';
import { type Findings, runExperiment } from './experiment.js';
import { sparingDepthwise } from './model/prunable.js';
import type { Options } from './options.js';
import { createProgress } from './progress.js';
import { noticesOf, type Results, resultsJson } from './results.js';
import { openRuntime, type Runtime } from './runtime.js';
import { renderTable, tableFooter } from './table.js';
import { verdict } from './verdict.js';

const INTERRUPTED = 130;

/**
 * Runs the example and returns its exit code: 0, or 130 after Ctrl-C.
 *
 * @throws PruneError `bad-data` when the output folder cannot be written to, `unmatched-selector` when a recipe is of
 *   another model; before anything is trained
 */
export async function run(options: Options): Promise<number> {
  const { settings } = options;
  const out = resolve(options.out);
  requireWritable(out, { files: ['report.html', 'results.json'], folders: ['models'] });
  const began = performance.now();
  const model = readModel(settings.model);
  // A recipe for another model is told before anything is measured.
  findWeights(model.bytes, { select: sparingDepthwise(readRecipe(settings.plan.recipes[0]).select) });
  const runtime = await openRuntime(options.runtime, options.threads);
  printLine(`\n${pc.bold('Synaprune onnx-finetune')}: ${model.name} on ${runtime.version}`);
  const { signal, release } = catchInterruption();
  const progress = createProgress(settings.plan.recipes.length * settings.plan.steps, process.stdout);
  const findings = await runExperiment(
    runtime,
    model,
    settings,
    {
      ...progress,
      version: (version, bytes) => {
        progress.version(version);
        writeFileWhole(join(out, 'models', version.file), bytes);
      },
    },
    signal,
  ).finally(() => progress.close());
  if (!findings.complete) printLine(`\n${pc.yellow('Interrupted')}: keeping what has finished.`);
  if (findings.versions.length > 0) await conclude(out, resultsOf(findings, options, runtime), began);
  release();
  return findings.complete ? 0 : INTERRUPTED;
}

function resultsOf(findings: Findings, { settings, threads }: Options, runtime: Runtime): Results {
  return {
    version: 1,
    created: new Date().toISOString(),
    machine: {
      ...machineFacts(),
      threads,
      runtime: runtime.version,
    },
    settings,
    ...findings,
  };
}

/** Writes results and report, and prints what they say. */
async function conclude(out: string, results: Results, began: number): Promise<void> {
  // The charts take a while to load, and a wrong flag should be told at once.
  const { renderReport } = await import('./report/report.js');
  writeFileWhole(join(out, 'results.json'), resultsJson(results));
  writeFileWhole(join(out, 'report.html'), renderReport(results));
  const columns = Math.min(process.stdout.columns || 110, 110);
  printLine(`\n${renderTable(results)}`);
  for (const line of tableFooter(results)) printLine(pc.dim(wrap(line, columns)));
  printLine(`\n${wrap(verdict(results).join(' '), columns)}\n`);
  for (const notice of noticesOf(results)) {
    printLine(pc.yellow(wrap(`Notice: ${noticeText(notice)}`, columns)));
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  printLine(`${pc.bold('Written to')} ${pc.cyan(nearPath(out))}${pc.dim(`  (${seconds} s)`)}`);
}
