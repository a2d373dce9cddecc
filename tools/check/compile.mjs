// @ts-check
import { join } from 'node:path';
import { runNode, scriptOf } from './command.mjs';
import { failed, verdict } from './tally.mjs';
import { runTurbo } from './turbo-tasks.mjs';
import { readWorkspaces, root } from './workspace.mjs';

/** Builds every package. */
export function checkBuild() {
  return checkTask('build');
}

/** Type-checks every package, tests included, and the tools. */
export async function checkTypes() {
  const packages = await checkTask('typecheck');
  const { status, output } = await runNode([
    scriptOf('typescript', 'tsc'),
    '-p',
    join(root, 'tools', 'tsconfig.json'),
  ]);
  return [...packages, verdict('typecheck of tools', status === 0 ? '' : output)];
}

/** @param {string} task */
async function checkTask(task) {
  const { tasks, output, status } = await runTurbo(task);
  const findings = readWorkspaces()
    .filter(({ manifest }) => manifest.scripts?.[task] !== undefined)
    .map(({ manifest }) => {
      const name = `${task} of ${manifest.name}`;
      const result = tasks.find(({ packageName }) => packageName === manifest.name);
      if (result?.exitCode === undefined) return failed(name, tasks.length > 0 ? 'did not run' : output);
      return verdict(name, result.exitCode === 0 ? '' : result.log);
    });
  const explained = findings.some(({ outcome }) => outcome === 'failed');
  return status === 0 || explained ? findings : [...findings, failed(`turbo run ${task}`, output)];
}
