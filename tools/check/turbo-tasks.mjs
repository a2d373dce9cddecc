// @ts-check
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from './command.mjs';
import { readJson, root } from './workspace.mjs';

/** Environment that keeps turbo from reporting home. */
export const quietTurbo = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };

/**
 * What one package's task did.
 *
 * @typedef {object} TaskResult
 * @property {string} packageName
 * @property {number | undefined} exitCode undefined when it never ran
 * @property {string} log what it printed
 */

/**
 * Runs one task in every package that has it, as far as it goes.
 *
 * @param {string} task
 * @param {{ concurrency?: number, filter?: readonly string[] }} [options]
 * @returns {Promise<{ tasks: TaskResult[], output: string, status: number }>}
 */
export async function runTurbo(task, { concurrency = 2, filter = [] } = {}) {
  const { output, status } = await runNode(
    [
      scriptOf('turbo', 'turbo'),
      'run',
      task,
      '--continue=always',
      '--summarize',
      '--ui=stream',
      '--output-logs=errors-only',
      '--log-order=grouped',
      `--concurrency=${concurrency}`,
      ...filter.map((name) => `--filter=${name}`),
    ],
    { cwd: root, env: quietTurbo },
  );
  const summaryPath = /^Summary:\s+(.+\.json)\s*$/m.exec(output)?.[1];
  if (summaryPath === undefined) return { tasks: [], output, status };
  const summary = readJson(summaryPath);
  rmSync(summaryPath);
  const tasks = summary.tasks
    .filter((/** @type {any} */ entry) => entry.task === task)
    .map((/** @type {any} */ entry) => ({
      packageName: entry.package,
      exitCode: entry.execution?.exitCode ?? (entry.cache?.status === 'HIT' ? 0 : undefined),
      log: readLog(join(root, entry.directory, '.turbo', `turbo-${task}.log`)),
    }));
  return { tasks, output, status };
}

/** @param {string} path */
function readLog(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
