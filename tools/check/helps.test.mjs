// @ts-check
/* Every program of the root's package.json says by `--help` how it is typed, and refuses what it does not know. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { programs } from '../programs.mjs';
import { runNode } from './command.mjs';
import { readJson, root } from './workspace.mjs';

/** Scripts of which other tools answer `--help`. */
const others = [
  ...['build', 'typecheck', 'test:webgpu', 'unused', 'format', 'lint'],
  ...['arrows', 'arrows:files', 'arrows:rooms'],
  ...['changeset', 'version', 'release'],
];
/** @type {Record<string, string>} */
const scripts = readJson(join(root, 'package.json')).scripts;
const ours = Object.keys(scripts).filter((name) => !others.includes(name));

/** @param {string} name @param {...string} more */
function runScript(name, ...more) {
  const [program, ...args] = (scripts[name] ?? '').split(' ');
  expect(program).toBe('node');
  return runNode([...args, ...more], { cwd: root });
}

test('every program that is built before it runs has a script of its name', () => {
  for (const name of Object.keys(programs)) expect(scripts[name]).toBe(`node tools/program.mjs ${name}`);
});

describe.each(ours)('npm run %s', (name) => {
  const typed = name === 'test' ? 'npm test' : name === 'synaprune' ? 'synaprune' : `npm run ${name}`;

  test('has a help that names it as it is typed, and says what it takes', async () => {
    const { status, stdout, output } = await runScript(name, '--help');
    expect(status, output).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(new RegExp(`^Usage: ${typed}(?: |$)`));
    expect(stdout).toMatch(/^ +(?:-h, )?--help +\S|Takes no options but --help/m);
  });

  test('refuses an option that it does not know, with 2, before it does anything', async () => {
    const { status, stdout, output } = await runScript(name, '--nonsense');
    expect([status, stdout], output).toEqual([2, '']);
    expect(output).toContain('--nonsense');
    expect(output).toContain('--help');
  });
});
