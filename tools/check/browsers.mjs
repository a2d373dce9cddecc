// @ts-check
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { adviseChromium } from '../devices/advice.mjs';
import { findChromium } from '../devices/chromium.mjs';
import { thisMachine } from '../devices/machine.mjs';
import { runNode, scriptOf } from './command.mjs';
import { withExitCode } from './units.mjs';
import { readVitestReport } from './vitest-report.mjs';
import { readWorkspaces } from './workspace.mjs';

/** @typedef {import('./tally.mjs').Finding} Finding */
/** @typedef {import('./workspace.mjs').Workspace} Workspace */

/**
 * Every package's tests in headless Chromium, one finding a test. One package after the other: a software device takes
 * all cores.
 *
 * @param {object} [options]
 * @param {readonly Workspace[]} [options.workspaces]
 * @param {(workspace: Workspace) => readonly string[]} [options.files] which test files, by parts of their names; all unless told
 * @param {import('../devices/machine.mjs').Machine} [options.machine]
 * @param {(path: string, files: readonly string[]) => Promise<{ status: number, output: string }>} [options.runVitest]
 * @returns {Promise<Finding[]>} one skip where there is no Chromium
 */
export async function checkBrowsers({
  workspaces = readWorkspaces(),
  files = () => [],
  machine = thisMachine,
  runVitest = runInBrowser,
} = {}) {
  const tested = workspaces.filter(({ manifest }) => manifest.scripts?.['test:browser'] !== undefined);
  if (findChromium(machine) === undefined) {
    const names = tested.map(({ manifest }) => manifest.name).join(', ');
    return [
      {
        name: `browser tests of ${names}`,
        outcome: 'skipped',
        detail: `no Chromium here; ${adviseChromium(machine)}`,
      },
    ];
  }
  /** @type {Finding[]} */
  const findings = [];
  for (const workspace of tested) {
    const { path, manifest } = workspace;
    const report = join(path, '.results', 'browser.json');
    rmSync(report, { force: true });
    const { status, output } = await runVitest(path, files(workspace));
    const label = `${manifest.name} in Chromium`;
    findings.push(
      ...withExitCode(readVitestReport(report, { label, folder: path, log: output }), status, {
        label,
        log: output,
      }),
    );
  }
  return findings;
}

/** What the script `test:browser` does. @param {string} path @param {readonly string[]} files */
function runInBrowser(path, files) {
  return runNode([scriptOf('vitest', 'vitest'), 'run', '--config=vitest.browser.config.ts', ...files], {
    cwd: path,
  });
}
