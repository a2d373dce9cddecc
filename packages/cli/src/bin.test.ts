import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildModel } from '@synaprune/onnx/graph';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { modelFolder, wave } from './testing/model-folder.js';

const program = join(import.meta.dirname, '..', 'dist', 'bin.js');
let folder: string;
beforeEach(() => {
  folder = modelFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(...argv: readonly string[]) {
  const child = spawn(process.execPath, [program, ...argv], { cwd: folder });
  return { child, out: text(child.stdout), err: text(child.stderr), ended: once(child, 'exit') };
}

it('prints JSON and nothing else on standard output', async () => {
  const { out, err, ended } = start('shrink', 'model.onnx', '--keep', '0.5', '--out', 'small.onnx', '--json');
  expect(await ended).toEqual([0, null]);
  expect(Object.keys(JSON.parse(await out))).toEqual(
    expect.arrayContaining(['before', 'after', 'agreement', 'removed', 'held', 'notices']),
  );
  expect(await err).toBe('');
});

/** What a shell says first lasts for the program that it becomes. */
function startIn(shell: string, ...argv: readonly string[]) {
  const line = `${shell}; exec "$@"`;
  const child = spawn('sh', ['-c', line, 'sh', process.execPath, program, ...argv], { cwd: folder });
  return { out: text(child.stdout), err: text(child.stderr), ended: once(child, 'exit') };
}

const contents = () =>
  readdirSync(folder, { withFileTypes: true }).map((entry) => [
    entry.name,
    entry.isFile() ? readFileSync(join(folder, entry.name), 'latin1') : '',
  ]);

it.skipIf(process.platform === 'win32').each([
  ['the model', 'ulimit -f 4', ['--out', 'small.onnx']],
  ['the report alone', 'ulimit -f 24', ['--out', 'small.onnx', '--report', 'report.html']],
])('leaves no file, and none that is half there, where there is no room for %s', async (_, limit, flags) => {
  const before = contents();
  const { out, err, ended } = startIn(limit, 'prune', 'model.onnx', '--sparsity', '0.5', ...flags);
  expect([await ended, await out]).toEqual([[1, null], '']);
  expect(await err).toContain('cannot be written: ');
  expect(contents()).toEqual(before);
});

it.skipIf(process.platform !== 'linux')('says that standard output cannot be written', async () => {
  const { err, ended } = startIn('exec > /dev/full', 'look', 'model.onnx', '--json');
  expect(await ended).toEqual([1, null]);
  expect(await err).toMatch(/^error ENOSPC: standard output cannot be written: .*\n$/);
});

/** Starts the program where no package can be loaded but the checks of core, which words go through. */
function startWithoutPackages(...argv: readonly string[]) {
  const hooks = `export function resolve(name, context, next) {
    if (/^@(synaprune|tensorflow)\\/(?!core\\/checks$)|^onnxruntime/.test(name)) throw new Error('loaded ' + name);
    return next(name, context);
  }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hooks))});`;
  const child = spawn(process.execPath, ['--import', moduleOf(register), program, ...argv], { cwd: folder });
  return { out: text(child.stdout), err: text(child.stderr), ended: once(child, 'exit') };
}

const moduleOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

it.each([
  ['help', ['--help'], 0],
  ['help of a command', ['finetune', '--help'], 0],
  ['its version', ['--version'], 0],
  ['what is wrong with a command line', ['shirnk'], 2],
  ['that a command has nowhere to write to', ['prune', 'model.onnx', '--sparsity', '0.5'], 2],
])('says %s before it loads a package', async (_, argv, code) => {
  const { out, err, ended } = startWithoutPackages(...argv);
  expect(await ended).toEqual([code, null]);
  expect([await out, await err].map((said) => said === '')).toEqual([code !== 0, code === 0]);
});

it('loads packages to do something', async () => {
  const { err, ended } = startWithoutPackages('look', 'model.onnx');
  expect(await ended).toEqual([1, null]);
  expect(await err).toContain('loaded @synaprune/');
});

it('ends with 2 when the command line is wrong', async () => {
  const { out, err, ended } = start('look', 'model.onnx', '--jsno');
  expect(await ended).toEqual([2, null]);
  expect([await out, (await err).includes('Did you mean --json?')]).toEqual(['', true]);
});

it.skipIf(process.platform === 'win32')(
  'ends with 130 at Ctrl-C, however busy, and leaves no file',
  async () => {
    // Slow to analyse and to shrink: a chain of many layers.
    const layers = 400;
    const tensors = Object.fromEntries(
      Array.from({ length: layers }, (_, i) => [`w${i}`, { shape: [64, 64], data: wave(4096) }]),
    );
    const nodes = Array.from(
      { length: layers },
      (_, i) => ['MatMul', [`x${i}`, `w${i}`], [`x${i + 1}`]] as const,
    );
    const model = buildModel({
      inputs: { x0: ['batch', 64] },
      tensors,
      nodes: nodes.map(([a, b, c]) => [a, b, c]),
      outputs: [`x${layers}`],
    });
    writeFileSync(join(folder, 'deep.onnx'), model);
    const before = readdirSync(folder);
    const { child, err, ended } = start('shrink', 'deep.onnx', '--keep', '0.5', '--out', 'small.onnx');
    await once(child, 'spawn');
    child.kill('SIGINT');
    const [code, signal] = await ended;
    // Before the program has a handler, the signal ends it as it ends every program.
    expect(code === 130 || signal === 'SIGINT').toBe(true);
    if (code === 130) expect(await err).toContain('interrupted: no file is half written');
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(join(folder, 'deep.onnx')).equals(model)).toBe(true);
  },
);
