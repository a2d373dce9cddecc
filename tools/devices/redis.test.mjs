// @ts-check
import { expect, test } from 'vitest';
import { madeUpMachine } from './made-up-machine.mjs';
import { prepareRedis } from './redis.mjs';

/**
 * @param {Parameters<typeof madeUpMachine>[0]} has
 * @param {{ status: number, output: string }} [answer] apt's
 */
async function prepare(has, answer = { status: 0, output: '' }) {
  /** @type {string[]} */
  const ran = [];
  const programs = [...(has?.programs ?? ['apt-get'])];
  const readiness = await prepareRedis({
    machine: madeUpMachine({ ...has, programs }),
    say: () => {},
    run: async (program, args) => {
      ran.push([program, ...args.filter((arg) => !arg.startsWith('-'))].join(' '));
      if (answer.status === 0) programs.push('redis-server');
      return answer;
    },
  });
  return { ...readiness, ran };
}

test('leaves a Redis that is there', async () => {
  expect(await prepare({ programs: ['redis-server'] })).toMatchObject({ outcome: 'passed', ran: [] });
});

test('installs one as root', async () => {
  expect(await prepare({ more: { root: true } })).toMatchObject({
    outcome: 'passed',
    ran: ['apt-get update', 'apt-get install redis-server'],
  });
});

test.each([
  [
    'not root',
    {},
    'only root may install; run: sudo apt-get install -y --no-install-recommends redis-server',
  ],
  [
    'without apt',
    { programs: [] },
    'there is no apt-get; install Redis, so that redis-server is on the path',
  ],
  [
    'told not to',
    { more: { root: true, env: { SYNAPRUNE_NO_INSTALL: '1' } } },
    'SYNAPRUNE_NO_INSTALL is set; run: apt-get install -y --no-install-recommends redis-server',
  ],
])('runs nothing %s, and skips with the exact command', async (_, has, detail) => {
  expect(await prepare(has)).toMatchObject({ outcome: 'skipped', detail, ran: [] });
});

test('skips with what apt said where it fails', async () => {
  const { outcome, detail } = await prepare(
    { more: { root: true } },
    { status: 100, output: 'E: no route\n' },
  );
  expect(outcome).toBe('skipped');
  expect(detail).toBe(
    'apt-get ended with 100: E: no route; run: apt-get install -y --no-install-recommends redis-server',
  );
});
