import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  after,
  before,
  contents,
  folder,
  prepare,
  quick,
  stopping,
  usePublishFolder,
  withoutLinks,
} from '../testing/publish-folder.js';
import { JOURNAL } from './names.js';
import { publish } from './publish.js';
import { recover } from './recover.js';
import { system } from './system.js';

usePublishFolder();

it('publishes all files, and leaves nothing else', () => {
  expect(publish(folder, prepare(), system)).toBeUndefined();
  expect(contents()).toEqual(after);
});

it('does so where there are no hard links', () => {
  publish(folder, prepare(), withoutLinks);
  expect(contents()).toEqual(after);
});

describe.each([
  ['with hard links', quick],
  ['without hard links', withoutLinks],
])('%s', (_, files) => {
  const changes = () => {
    const counted = stopping(-1, 'killed', files);
    publish(folder, prepare(), counted.files);
    return counted.count();
  };

  it('a kill before any change leaves, after recovery, all old or all new', () => {
    const total = changes();
    expect(total).toBeGreaterThan(12);
    const ends = { old: 0, new: 0 };
    for (let last = 1; last <= total; last += 1) {
      const drafts = prepare();
      try {
        publish(folder, drafts, stopping(last, 'killed', files).files);
      } catch {
        // Killed.
      }
      expect(recover(folder, quick)).toBe('clear');
      // Before there is a journal, drafts are removed by the owner's end: this process has not ended.
      for (const { draft } of drafts) rmSync(join(folder, draft), { force: true });
      const found = contents();
      const left = Object.keys(found).filter((name) => name.includes('.synaprune-'));
      expect(left.filter((name) => !name.endsWith('.draft'))).toEqual([]);
      for (const name of left) delete found[name];
      const isNew = found['model.onnx'] === after['model.onnx'];
      expect(found).toEqual(isNew ? after : before);
      ends[isNew ? 'new' : 'old'] += 1;
    }
    expect(ends.old).toBeGreaterThan(5);
    expect(ends.new).toBeGreaterThan(1);
  });

  it('so does a second kill, of the recovery', () => {
    const total = changes();
    for (let last = 1; last <= total; last += 1) {
      for (let second = 1; second < 30; second += 1) {
        const drafts = prepare();
        try {
          publish(folder, drafts, stopping(last, 'killed', files).files);
        } catch {
          // Killed.
        }
        const again = stopping(second, 'killed', quick);
        try {
          recover(folder, again.files);
        } catch {
          // Killed.
        }
        recover(folder, quick);
        const found = contents();
        for (const name of Object.keys(found)) if (name.endsWith('.draft')) delete found[name];
        expect(found).toEqual(found['model.onnx'] === after['model.onnx'] ? after : before);
        if (again.count() < second) break;
      }
    }
  });

  it('a failure of any one change puts everything back, or comes after all is published', () => {
    const total = changes();
    for (let last = 1; last <= total; last += 1) {
      const drafts = prepare();
      let failed: unknown;
      try {
        publish(folder, drafts, stopping(last, 'failing', files).files);
      } catch (error) {
        failed = error;
      }
      const ended = contents();
      recover(folder, system);
      const found = contents();
      for (const name of Object.keys(found)) if (name.endsWith('.draft')) delete found[name];
      expect(found).toEqual(failed === undefined ? after : before);
      if (failed !== undefined) {
        expect(failed).toMatchObject({
          code: 'file-failed',
          message: expect.stringMatching(/cannot be written \(EIO\)/),
        });
        expect(ended).toMatchObject(before);
      }
    }
  });
});

describe('nothing is touched', () => {
  it('when a target is a folder', () => {
    const drafts = prepare();
    rmSync(join(folder, 'more.bin'), { force: true });
    mkdirSync(join(folder, 'more.bin/full'), { recursive: true });
    expect(() => publish(folder, drafts, system)).toThrow(
      /more\.bin" cannot be written: there is something by this name that is no file/,
    );
    expect(contents()).toMatchObject(before);
    expect(contents()).not.toHaveProperty(JOURNAL);
  });

  it('when a target was changed after a kill: that is told, and what was there is kept', () => {
    const drafts = prepare();
    // Killed before the last file gets its name.
    const total = 4;
    for (let last = total; ; last += 1) {
      const fresh = last === total ? drafts : prepare();
      try {
        publish(folder, fresh, stopping(last, 'killed').files);
      } catch {
        // Killed.
      }
      if (contents()['model.onnx'] === after['model.onnx']) break;
    }
    rmSync(join(folder, 'model.onnx'));
    writeFileSync(join(folder, 'model.onnx'), 'by somebody else');
    const kept = contents();
    expect(() => recover(folder, system)).toThrow(
      /"model\.onnx" has been changed since; what was there before/,
    );
    expect(contents()).toEqual(kept);
    expect(Object.values(kept)).toContain('old model');
  });
});
