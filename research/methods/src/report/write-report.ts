import { join } from 'node:path';
import { writeFileWhole } from '@synaprune/examples-kit/files/write-file';
import type { Store } from 'synaprune-study/store/store';
import type { Plan } from '../plan.js';
import type { MethodResult, MethodSpec } from '../run.js';
import { analyse } from './analysis.js';
import { factsOf } from './facts.js';
import { renderPage } from './page.js';
import { toJson } from './to-json.js';

/**
 * Writes `methods.html` and `methods.json` into a folder, each whole or not at all.
 *
 * @returns the paths of both
 */
export function writeReport(
  plan: Plan,
  store: Pick<Store<MethodSpec, MethodResult>, 'get'>,
  dir: string,
): { readonly Report: string; readonly Results: string } {
  const tasks = analyse(plan, (key) => store.get(key));
  const facts = factsOf(plan);
  const html = join(dir, 'methods.html');
  const json = join(dir, 'methods.json');
  writeFileWhole(json, `${JSON.stringify(toJson(plan, tasks, facts), null, 2)}\n`);
  writeFileWhole(html, renderPage(plan, tasks, facts));
  return { Report: html, Results: json };
}
