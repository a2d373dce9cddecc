// @ts-check
import { runNode, scriptOf } from './command.mjs';
import { verdict } from './tally.mjs';
import { root } from './workspace.mjs';

/** Formatting and lint, by biome. */
export async function checkStyle() {
  const { status, output } = await runNode(
    [scriptOf('@biomejs/biome', 'biome'), 'check', '--max-diagnostics=40', '.'],
    { cwd: root },
  );
  return [verdict('biome check', status === 0 ? '' : `${output}\nnpm run format repairs most of it`)];
}
