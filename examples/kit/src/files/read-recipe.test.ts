import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecipeFile } from './read-recipe.js';

const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, 'recipe.json');
  writeFileSync(path, text);
  return readRecipeFile(path);
}

describe('readRecipeFile', () => {
  it('gives the recipe as it stands in the file', () => {
    const recipe = {
      schedule: { kind: 'oneShot', to: 0.5, at: 3 },
      select: { exclude: [{ matches: 'bias$' }] },
      pattern: { kind: 'n:m', keep: 2, of: 4, axis: 1 },
    };
    expect(read(JSON.stringify(recipe))).toEqual(recipe);
  });

  it.each([
    [
      'a key with a typo',
      '{ "schedule": { "kind": "oneShot", "to": 0.5, "at": 3 }, "flor": 0.1 }',
      /flor.*floor/,
    ],
    ['a schedule with a typo', '{ "schedule": { "kind": "oneShoot", "to": 0.5, "at": 3 } }', /oneShot/],
    ['no JSON', 'schedule: none', /JSON/],
    ['a list', '[]', /a recipe needs/],
  ])('refuses %s by the name of the file', (_, text, message) => {
    const refused = () => read(text);
    expect(refused).toThrow(expect.objectContaining({ code: 'bad-data' }));
    expect(refused).toThrow(message);
    expect(refused).toThrow(/--recipe .*recipe\.json/);
  });

  it('refuses a file that is not there, and a folder', () => {
    expect(() => readRecipeFile(join(folder, 'none.json'))).toThrow(/none\.json: there is no such file/);
    expect(() => readRecipeFile(folder)).toThrow(/it is a folder/);
  });
});
