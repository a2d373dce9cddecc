// @ts-check
/*
 * The packed packages in every environment they are for: `npm run matrix`. The same by hand and in CI; ends with a table
 * and `N passed, N failed` (`, N skipped`).
 */
import { readArguments, refuse } from '../arguments.mjs';
import { closingLine } from '../check/results.mjs';
import { root } from '../check/workspace.mjs';
import { createRows } from '../release/rows.mjs';
import { build } from '../turbo.mjs';
import { groups } from './groups.mjs';
import { createLab } from './lab.mjs';
import { tableOf } from './table.mjs';

const help = `Usage: npm run matrix [-- OPTIONS]

Installs the packed packages into fresh folders and uses them in every environment they are for. What the
repository does not have (other Nodes, Deno, Bun, Jest, bundlers) comes from the npm registry, in the versions
of tools/matrix/fetched.mjs; which runtimes are tried in which versions, tools/matrix/peers.mjs says.

  --only A,B     only these groups
  --list         print the cells, run nothing
  --no-build     take dist as it is
  --json         print one object instead of the table; progress goes to the standard error
  --help         this

groups
${groups.map(({ name, about }) => `  ${name.padEnd(13)}  ${about}`).join('\n')}
`;

const command = 'npm run matrix';
const { values: options } = readArguments(command, help, {
  options: {
    only: { type: 'string' },
    list: { type: 'boolean' },
    'no-build': { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
const names = groups.map(({ name }) => name);
const asked = options.only?.split(',').map((name) => name.trim()) ?? names;
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) refuse(command, `--only takes ${names.join(', ')}, got ${unknown.join(', ')}`);
const chosen = groups.filter(({ name }) => asked.includes(name));

process.chdir(root);
const lab = createLab([...new Set(chosen.flatMap(({ tools }) => tools))]);
const cells = chosen.flatMap((group) => group.cells(lab).map((cell) => ({ group: group.name, ...cell })));
if (options.list === true) {
  for (const { group, environment, program } of cells) console.log(`${group}  ${environment}  ${program}`);
  process.exit(0);
}
if (options['no-build'] !== true && build() !== 0) {
  console.error('error: the build failed');
  process.exit(1);
}

const say = options.json ? console.error : console.log;
const rows = createRows(say);
/** @type {(import('./table.mjs').CellResult & { group: string })[]} */
const results = [];
try {
  for (const { group, environment, program, run } of cells) {
    const start = performance.now();
    let note = '';
    let skipped = false;
    const sound = await rows.check(`${environment}: ${program}`, async () => {
      const found = await run();
      note = found.note ?? '';
      skipped = found.skipped ?? false;
      return found;
    });
    results.push({
      group,
      environment,
      program,
      outcome: !sound ? 'failed' : skipped ? 'skipped' : 'passed',
      note,
      seconds: Math.round((performance.now() - start) / 100) / 10,
    });
  }
} finally {
  lab.remove();
}

const counted = results.map(({ environment, program, outcome }) => ({
  name: `${environment}: ${program}`,
  outcome,
}));
const count = (/** @type {string} */ outcome) => results.filter((cell) => cell.outcome === outcome).length;
if (options.json) {
  const totals = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  console.log(JSON.stringify({ cells: results, ...totals }, undefined, 2));
} else {
  for (const line of ['', ...tableOf(results), '', closingLine(counted)]) console.log(line);
}
process.exitCode = count('failed') > 0 ? 1 : 0;
