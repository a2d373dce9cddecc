import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireWritable, writeWhole } from './out-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-out-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('tells of a path that cannot be written to, and leaves nothing where it can', () => {
  requireWritable(join(folder, 'results.json'));
  expect(readdirSync(folder)).toEqual([]);
  expect(() => requireWritable(folder)).toThrow(/--out needs the path of a file; .* is none/);
  expect(() => requireWritable(join(folder, 'none', 'results.json'))).toThrow(/cannot: ENOENT/);
});

it('writes a file whole, in the place of a link and not where that leads', () => {
  const [mine, out] = [join(folder, 'mine'), join(folder, 'results.json')];
  writeFileSync(mine, 'mine');
  symlinkSync(mine, out);
  writeWhole(out, 'new');
  expect([readFileSync(mine, 'utf8'), readFileSync(out, 'utf8')]).toEqual(['mine', 'new']);
  expect(readdirSync(folder).sort()).toEqual(['mine', 'results.json']);
});
