import { join } from 'node:path';
import { writeFileWhole } from '@synaprune/examples-kit/files/write-file';
import type { Study } from '../study.js';
import { analyse } from './analysis.js';
import { renderPage } from './page.js';
import { compareProtocols } from './protocol-comparison.js';
import { readStudyJson } from './read-study-json.js';
import { printJson, toJson } from './to-json.js';

/** What a report may hold beside its study. */
export interface ReportOptions {
  /** Path of the study.json of another protocol, to be compared with this study. */
  readonly compareWith?: string;
}

/**
 * Writes `study.html` and `study.json` into a folder, each whole or not at all.
 *
 * @returns the paths of both
 * @throws PruneError `bad-data` when the study to compare with cannot be read; nothing is written then
 */
export function writeReport(
  study: Study,
  dir: string,
  { compareWith }: ReportOptions = {},
): { html: string; json: string } {
  const other = compareWith === undefined ? null : readStudyJson(compareWith);
  const analysis = analyse(study);
  const comparison = other === null ? null : compareProtocols(study, analysis, other);
  const html = join(dir, 'study.html');
  const json = join(dir, 'study.json');
  writeFileWhole(json, printJson(toJson(study, analysis)));
  writeFileWhole(html, renderPage(study, analysis, comparison));
  return { html, json };
}
