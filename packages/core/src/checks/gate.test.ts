import { describe, expect, it } from 'vitest';
import { createGate } from './gate.js';

const wait = () => {
  let finish!: (value: string) => void;
  const promise = new Promise<string>((resolve) => {
    finish = resolve;
  });
  return { promise, finish };
};

describe('a gate', () => {
  it('refuses whatever would overlap exclusive work, and lets it in again afterwards', async () => {
    const gate = createGate('thing');
    const { promise, finish } = wait();
    const running = gate.exclusive('update', () => promise);
    const refused = { code: 'busy', message: 'save needs update to have finished; await it first' };
    await expect(gate.exclusive('save', async () => 1)).rejects.toMatchObject(refused);
    await expect(gate.shared('save', async () => 1)).rejects.toMatchObject(refused);
    expect(() => gate.during('save', () => 1)).toThrow(expect.objectContaining(refused));
    expect(() => gate.close()).toThrow('dispose needs update to have finished');
    finish('done');
    expect(await running).toBe('done');
    expect(gate.during('save', () => 1)).toBe(1);
  });

  it('lets shared work overlap, and nothing exclusive beside it', async () => {
    const gate = createGate('thing');
    const [one, two] = [wait(), wait()];
    const running = [gate.shared('report', () => one.promise), gate.during('save', () => two.promise)];
    await expect(gate.exclusive('update', async () => 1)).rejects.toThrow(
      'update needs report and save to have finished',
    );
    one.finish('a');
    two.finish('b');
    expect(await Promise.all(running)).toEqual(['a', 'b']);
    expect(await gate.exclusive('update', async () => 1)).toBe(1);
  });

  it('lets shared work into exclusive work where that asks for it, and only there', async () => {
    const gate = createGate('thing');
    const seen = await gate.exclusive('save', async (letIn) => {
      expect(() => gate.during('read', () => 1)).toThrow(expect.objectContaining({ code: 'busy' }));
      const read = await letIn(async () => gate.during('read', () => 2));
      expect(() => gate.during('read', () => 3)).toThrow(expect.objectContaining({ code: 'busy' }));
      return read;
    });
    expect(seen).toBe(2);
  });

  it('is open again after work that failed, at once or later', async () => {
    const gate = createGate('thing');
    const fail = () => {
      throw new Error('no');
    };
    await expect(gate.exclusive('update', async () => fail())).rejects.toThrow('no');
    await expect(gate.shared('report', async () => fail())).rejects.toThrow('no');
    expect(() => gate.during('report', fail)).toThrow('no');
    expect(gate.close()).toBe(true);
    expect(gate.close()).toBe(false);
    const gone = { code: 'disposed', message: 'update needs a live thing; this one was disposed' };
    await expect(gate.exclusive('update', async () => 1)).rejects.toMatchObject(gone);
    expect(() => gate.requireOpen('update')).toThrow(expect.objectContaining(gone));
  });
});
