// @ts-check
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { failed, passed } from './tally.mjs';

/** @typedef {import('./tally.mjs').Finding} Finding */

/**
 * Reads what vitest's JSON reporter wrote: one finding a test, and one a test file that failed without any
 * test of its own to blame (it threw while loading, or a hook did).
 *
 * @param {string} path of the report
 * @param {{ label: string, folder: string, log?: string }} run the package's name, its folder, and what vitest printed
 * @returns {Finding[]} a single failure when the report is missing, unreadable or empty
 */
export function readVitestReport(path, { label, folder, log = '' }) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [failed(`${label}: vitest report`, `no readable report: ${reason}\n${lastLines(log)}`)];
  }
  if (!Array.isArray(report.testResults)) {
    return [failed(`${label}: vitest report`, 'the report lists no test files')];
  }
  const reasons = readSkipReasons(log);
  /** @type {Finding[]} */
  const findings = report.testResults.flatMap((/** @type {any} */ file) => {
    const fileName = relative(folder, file.name).replaceAll('\\', '/');
    const tests = file.assertionResults.map((/** @type {any} */ test) =>
      findingOf(
        `${label} › ${fileName} › ${[...test.ancestorTitles, test.title].join(' › ')}`,
        test,
        reasons,
      ),
    );
    const blamed = tests.some((/** @type {Finding} */ test) => test.outcome === 'failed');
    if (file.status === 'failed' && !blamed) {
      tests.push(
        failed(`${label} › ${fileName}`, file.message || `failed outside its tests\n${lastLines(log)}`),
      );
    }
    return tests;
  });
  return findings.length > 0 ? findings : [failed(`${label}: vitest report`, 'no test was run')];
}

/**
 * @param {string} name
 * @param {{ status: string, title: string, failureMessages?: string[] }} test
 * @param {ReadonlyMap<string, string>} reasons
 * @returns {Finding}
 */
function findingOf(name, { status, title, failureMessages = [] }, reasons) {
  if (status === 'passed') return passed(name);
  if (status === 'skipped' || status === 'pending' || status === 'todo' || status === 'disabled') {
    return { name, outcome: 'skipped', detail: reasons.get(title) ?? (status === 'todo' ? 'to do' : '') };
  }
  return failed(name, failureMessages.join('\n') || `status ${status}`);
}

/** The notes of `context.skip(note)`, by title; only the default reporter's text has them. @param {string} log */
function readSkipReasons(log) {
  /** @type {Map<string, string>} */
  const reasons = new Map();
  for (const [, title, reason] of log.matchAll(/↓ (.+?)(?: \d+ms)? \[(.+)\]\s*$/gm)) {
    if (title !== undefined && reason !== undefined) {
      const parts = title.split(' > ');
      reasons.set(parts[parts.length - 1] ?? title, reason);
    }
  }
  return reasons;
}

/** @param {string} text */
function lastLines(text) {
  return text.trimEnd().split('\n').slice(-40).join('\n');
}
