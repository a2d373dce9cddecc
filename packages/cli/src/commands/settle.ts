import { PruneError } from '@synaprune/core';
import type { Findings } from '../findings/findings.js';
import { createProgress, type Progress } from '../output/progress.js';
import { requireTarget, writeWhole } from '../output/write-whole.js';
import { findingsText } from './findings-text.js';
import { printOutcome } from './outcome.js';

/** What is done with findings. */
export interface SettleFlags {
  readonly json?: boolean;
  readonly report?: string;
  readonly inputs?: string;
}

/** Runs a command that finds something out, writes its report and prints what it found. */
export async function settle(
  { json = false, report, inputs }: SettleFlags,
  sources: readonly string[],
  find: (progress: Progress) => Promise<Findings>,
): Promise<void> {
  if (report !== undefined) await requireTarget('--report', report, sources);
  const progress = createProgress();
  let findings: Findings;
  try {
    findings = await find(progress);
    if (report !== undefined) {
      progress.tell('drawing');
      // The charts take a while to load, and a wrong flag should be told at once.
      const { reportPage } = await import('../report/report-page.js');
      await writeWhole('--report', report, reportPage(findings));
    }
  } catch (error) {
    throw inputs === undefined ? toldOfNoise(error) : error;
  } finally {
    progress.close();
  }
  const { more, ...rest } = findings;
  printOutcome({ json: { ...rest, ...more }, text: findingsText(findings), notices: findings.notices }, json);
}

/** Some models run on nothing but what they are made for: who gave no inputs is told that it was noise. */
function toldOfNoise(error: unknown): unknown {
  if (!(error instanceof PruneError) || error.code !== 'device-failed') return error;
  return new PruneError(
    error.code,
    `${error.message}; it was given noise: give --inputs, or --dimensions where only a length is wrong`,
    { cause: error },
  );
}
