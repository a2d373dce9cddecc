import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, folder, prepare, root, usePublishFolder } from '../testing/publish-folder.js';
import { JOURNAL, temporaryNames } from './names.js';
import { owner } from './owner.js';
import { recover } from './recover.js';
import { system } from './system.js';

usePublishFolder();

describe('a journal that somebody laid', () => {
  const entry = (target: string) => {
    const { draft, old } = temporaryNames(1);
    const place = target.slice(0, target.lastIndexOf('/') + 1);
    return { target, draft: place + draft, old: place + old, was: null, is: '1/1/1' };
  };
  it.each([
    ['is no JSON', 'not json'],
    ['is of another version', JSON.stringify({ version: 2, owner, entries: [] })],
    ['names a file outside', JSON.stringify({ version: 1, owner, entries: [entry('../victim')] })],
    ['names an absolute path', JSON.stringify({ version: 1, owner, entries: [entry('/etc/victim')] })],
    [
      'names drafts that are none',
      JSON.stringify({ version: 1, owner, entries: [{ ...entry('a'), draft: 'model.onnx' }] }),
    ],
    [
      'names old files that are none',
      JSON.stringify({ version: 1, owner, entries: [{ ...entry('a'), old: 'model.onnx' }] }),
    ],
  ])('that %s is an error, and changes nothing', (_, text) => {
    prepare();
    writeFileSync(join(root, 'victim'), 'whole');
    writeFileSync(join(folder, JOURNAL), text);
    const kept = contents();
    expect(() => recover(folder, system)).toThrow(
      expect.objectContaining({ code: 'file-failed', message: expect.stringMatching(/cannot be read/) }),
    );
    expect(contents()).toEqual(kept);
    expect(readFileSync(join(root, 'victim'), 'utf8')).toBe('whole');
  });

  it('that is a link or leads through one is an error, and changes nothing', () => {
    prepare();
    mkdirSync(join(root, 'victims'));
    const laid = entry('linked/victim');
    writeFileSync(join(root, 'victims/victim'), 'whole');
    linkSync(join(root, 'victims/victim'), join(root, 'victims', laid.old.slice('linked/'.length)));
    symlinkSync('../victims', join(folder, 'linked'));
    writeFileSync(join(folder, JOURNAL), JSON.stringify({ version: 1, owner, entries: [laid] }));
    expect(() => recover(folder, system)).toThrow(/a symbolic link leads to/);
    expect(readdirSync(join(root, 'victims'))).toHaveLength(2);
    rmSync(join(folder, JOURNAL));
    symlinkSync('../victims/victim', join(folder, JOURNAL));
    expect(() => recover(folder, system)).toThrow(/cannot be read/);
  });
});
