// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from './command.mjs';
import { failed } from './tally.mjs';
import { runTurbo } from './turbo-tasks.mjs';
import { readVitestReport } from './vitest-report.mjs';
import { readWorkspaces, root } from './workspace.mjs';

/**
 * Every package's own tests, one finding a test.
 *
 * @param {readonly string[]} [only] names of packages; all unless told
 */
export async function checkUnits(only) {
  const workspaces = readWorkspaces().filter(
    ({ manifest }) =>
      manifest.scripts?.test !== undefined && (only === undefined || only.includes(manifest.name)),
  );
  for (const { path } of workspaces) rmSync(reportOf(path), { force: true });
  const { tasks, output } = await runTurbo('test', { concurrency: 2, filter: only ?? [] });
  return workspaces.flatMap(({ path, manifest }) => {
    const result = tasks.find(({ packageName }) => packageName === manifest.name);
    const log = result?.log ?? output;
    return withExitCode(
      readVitestReport(reportOf(path), { label: manifest.name, folder: path, log }),
      result?.exitCode,
      { label: manifest.name, log },
    );
  });
}

/** The tests of these tools, which are checks that must be able to fail. */
export async function checkTools() {
  const report = join(root, '.results', 'tools.json');
  rmSync(report, { force: true });
  const { status, output } = await runNode(
    [
      scriptOf('vitest', 'vitest'),
      'run',
      `--config=${join(root, 'tools', 'vitest.config.mjs')}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root },
  );
  const findings = readVitestReport(report, { label: 'tools', folder: root, log: output });
  return withExitCode(findings, status, { label: 'tools', log: output });
}

/**
 * Vitest also fails for what no test is to blame for, such as an error after the last test.
 *
 * @param {import('./tally.mjs').Finding[]} findings
 * @param {number | undefined} exitCode
 * @param {{ label: string, log: string }} run
 */
export function withExitCode(findings, exitCode, { label, log }) {
  if (exitCode === 0 || findings.some(({ outcome }) => outcome === 'failed')) return findings;
  return [...findings, failed(`${label}: vitest`, `ended with ${exitCode ?? 'no exit code'}\n${log}`)];
}

/** @param {string} path */
function reportOf(path) {
  return join(path, '.results', 'vitest.json');
}
