// @ts-check
import { expect, test } from 'vitest';
import { pauseBeforePolling } from './polling.mjs';

test('calls back what addons and programs hand to setImmediate, with what is to be handed on, until it is taken back', async () => {
  const before = globalThis.setImmediate;
  const stop = pauseBeforePolling();
  expect(globalThis.setImmediate).not.toBe(before);
  const seen = await new Promise((resolve) => globalThis.setImmediate(resolve, 7));
  expect(seen).toBe(7);
  // A revoker of a proxy has no name, like what addons make.
  const { proxy, revoke } = Proxy.revocable({}, {});
  await new Promise((resolve) => {
    globalThis.setImmediate(revoke);
    globalThis.setImmediate(resolve);
  });
  expect(() => Reflect.ownKeys(proxy)).toThrow(TypeError);
  stop();
  expect(globalThis.setImmediate).toBe(before);
});

test('can be asked for not to call back', async () => {
  const stop = pauseBeforePolling();
  const { proxy, revoke } = Proxy.revocable({}, {});
  clearImmediate(globalThis.setImmediate(revoke));
  await new Promise((resolve) => globalThis.setImmediate(resolve));
  expect(Reflect.ownKeys(proxy)).toEqual([]);
  stop();
});
