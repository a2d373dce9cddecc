import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { before, contents, folder, prepare, usePublishFolder } from '../testing/publish-folder.js';
import { JOURNAL } from './names.js';
import { owner, stateOf } from './owner.js';
import { publish, TAKEN } from './publish.js';
import { recover, settleFolder } from './recover.js';
import { system } from './system.js';

usePublishFolder();

describe('runs side by side', () => {
  const journal = (who: string) => JSON.stringify({ version: 1, owner: who, entries: [] });
  /** The first process of the machine, which does not end. */
  const alive = [...owner.split('-').slice(0, 2), '1', '0', '0'].join('-');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  const dead = [...owner.split('-').slice(0, 2), gone, '1', '0'].join('-');
  const elsewhere = ['00000000', ...owner.split('-').slice(1)].join('-');

  it('know each other by process, start and machine', () => {
    expect([owner, alive, dead, elsewhere].map(stateOf)).toEqual(['self', 'alive', 'dead', 'unknown']);
    const [machine, boot, pid, start, thread] = owner.split('-');
    const otherStart = [machine, boot, pid, Number(start) + 1, thread].join('-');
    if (process.platform === 'linux') expect(stateOf(otherStart)).toBe('dead');
    expect(stateOf([machine, '00000000', pid, start, thread].join('-'))).toBe('dead');
  });

  it('wait for each other: one that goes on keeps its journal', () => {
    const drafts = prepare();
    writeFileSync(join(folder, JOURNAL), journal(alive));
    expect(publish(folder, drafts, system)).toBe(TAKEN);
    expect(recover(folder, system)).toBe('busy');
    expect(contents()).toMatchObject({ ...before, [JOURNAL]: journal(alive) });
  });

  it('say so when nobody can tell whether the other goes on', () => {
    prepare();
    writeFileSync(join(folder, JOURNAL), journal(elsewhere));
    expect(() => recover(folder, system)).toThrow(/on another machine or in another container/);
    expect(contents()).toMatchObject({ ...before, [JOURNAL]: journal(elsewhere) });
  });

  it('clean up after one that was killed, and after no other', async () => {
    mkdirSync(folder);
    const drafts = [dead, alive, owner, elsewhere].map((who) => `.synaprune-${who}-0123abcd-0.draft`);
    const others = [
      `.synaprune-${dead}-0123abcd-0.old`,
      `.synaprune-${dead}-0123abcd-0.draft.bak`,
      `.synaprune-notes.draft`,
      'mine.draft',
      '.tmp',
    ];
    for (const name of [...drafts, ...others]) writeFileSync(join(folder, name), '');
    await settleFolder(folder, [folder, join(folder, 'none')], system);
    expect(readdirSync(folder).sort()).toEqual([...drafts.slice(1), ...others].sort());
  });
});
