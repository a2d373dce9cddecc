import { PruneError } from '@synaprune/core';
import type { Findings } from '../findings/findings.js';
import { pathsRead, type ReadFlags } from '../flags/shared-options.js';
import { heldInOwnWords, noticesInOwnWords } from '../output/own-words.js';
import { createProgress, type Progress } from '../output/progress.js';
import { draftFile, requireTarget } from '../output/write-whole.js';
import { findingsText } from './findings-text.js';
import { printOutcome } from './outcome.js';

/** What is done with findings. */
export interface SettleFlags extends ReadFlags {
  readonly json?: boolean;
  readonly report?: string;
}

/** What a command found out, and what it made, to be written. */
export interface Found {
  readonly findings: Findings;
  readonly save?: () => Promise<void>;
}

/** Runs a command that finds something out, writes what it made and its report, both or none, and prints what it found. */
export async function settle(
  flags: SettleFlags,
  sources: readonly string[],
  find: (progress: Progress) => Promise<Found>,
): Promise<void> {
  const { json = false, report, inputs } = flags;
  if (report !== undefined) await requireTarget('--report', report, [...sources, ...pathsRead(flags)]);
  const progress = createProgress();
  let findings: Findings;
  try {
    const found = await find(progress);
    findings = {
      ...found.findings,
      held: heldInOwnWords(found.findings.held),
      notices: noticesInOwnWords(found.findings.notices),
    };
    progress.tell('writing');
    const page =
      report === undefined ? undefined : await draftFile('--report', report, await pageOf(findings));
    try {
      await found.save?.();
      await page?.publish();
    } finally {
      await page?.discard();
    }
  } catch (error) {
    throw inputs === undefined ? toldOfNoise(error) : error;
  } finally {
    progress.close();
  }
  const { more, trained: _, ...rest } = findings;
  printOutcome({ json: { ...rest, ...more }, text: findingsText(findings), notices: findings.notices }, json);
}

async function pageOf(findings: Findings): Promise<string> {
  // The charts take a while to load, and a wrong flag should be told at once.
  const { reportPage } = await import('../report/report-page.js');
  return reportPage(findings);
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
