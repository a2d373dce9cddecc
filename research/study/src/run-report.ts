import { resolve } from 'node:path';
import { noticeText } from '@synaprune/examples-kit/notices';
import { nearPath } from '@synaprune/examples-kit/terminal/near-path';
import { printLine } from '@synaprune/examples-kit/terminal/terminal';
import { wrap } from '@synaprune/examples-kit/terminal/wrap';
import pc from 'picocolors';
import type { ReportOptions, StudyOptions } from './options.js';
import { assembleStudy, type Failure } from './plan/assemble-study.js';
import type { Plan } from './plan/plan.js';
import { readFailures, readPlan } from './plan/plan-file.js';
import { noticesOf } from './report/notices-section.js';
import { writeReport } from './report/write-report.js';
import { openStore, type Store } from './store/store.js';
import { renderSummary, summaryFooter } from './summary-table.js';

/**
 * Writes the report of a folder anew, from the runs that it holds. Another process may be adding to them.
 *
 * @returns the exit code: 0
 * @throws PruneError when the folder holds no study, or one that cannot be read
 */
export async function runReport({ dir, compareWith }: ReportOptions): Promise<number> {
  const folder = resolve(dir);
  const plan = readPlan(folder);
  const store = openStore(folder, { writes: false });
  try {
    await conclude(plan, store, readFailures(folder), folder, { quiet: false, compareWith });
  } finally {
    store.close();
  }
  return 0;
}

/** Puts the study together, shows its tables and writes its report. */
export async function conclude(
  plan: Plan,
  store: Store,
  failures: readonly Failure[],
  out: string,
  { quiet, compareWith }: Pick<StudyOptions, 'quiet' | 'compareWith'>,
): Promise<void> {
  const study = assembleStudy(plan, store, failures);
  const say = (line: string) => printLine(line);
  if (study.runs.size === 0 && study.missing > 0) {
    say('No run has finished, so there is nothing to report.');
    return;
  }
  if (!quiet) {
    // A pipe has no width, and some terminals say 0.
    const columns = Math.min(process.stdout.columns || 110, 110);
    say('');
    say(renderSummary(study));
    say(pc.dim(wrap(summaryFooter(study), columns)));
    for (const notice of noticesOf(study)) {
      say(pc.yellow(wrap(`Notice: ${noticeText(notice)}`, columns)));
    }
    if (study.missing > 0) say(pc.yellow(`${study.missing} runs of the plan are missing.`));
    say('');
  }
  const { html, json } = writeReport(study, out, compareWith === undefined ? {} : { compareWith });
  say(`${pc.bold('Report')}   ${pc.cyan(nearPath(html))}`);
  say(`${pc.bold('Results')}  ${pc.cyan(nearPath(json))}`);
}
