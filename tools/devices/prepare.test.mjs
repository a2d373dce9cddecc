// @ts-check
import { expect, test } from 'vitest';
import { bookworm, madeUpFolder, madeUpMachine, trixie, ubuntu } from './made-up-machine.mjs';
import { prepareDevices } from './prepare.mjs';

/**
 * Prepares a machine that lacks all devices, and tells what was run, said and is missing.
 *
 * @param {object} setting
 * @param {string} [setting.release]
 * @param {Parameters<typeof madeUpMachine>[0]} [setting.has]
 * @param {readonly import('./prepare.mjs').Probe[]} [setting.probes] Dawn's answers, the last again and again
 * @param {(command: string) => { status: number, output: string }} [setting.answer]
 */
async function prepare({ release = bookworm, has = {}, probes = [{ missing: 'no driver' }], answer }) {
  /** @type {string[]} */
  const ran = [];
  /** @type {string[]} */
  const said = [];
  const programs = [...(has.programs ?? ['apt-get'])];
  const files = { '/etc/os-release': release, ...has.files };
  const machine = madeUpMachine({ ...has, programs, files, more: { root: true, ...has.more } });
  let asked = 0;
  const devices = await prepareDevices({
    machine,
    probe: async () =>
      /** @type {import('./prepare.mjs').Probe} */ (probes[Math.min(asked++, probes.length - 1)]),
    say: (line) => said.push(line),
    run: async (program, args) => {
      const command = [program, ...args.filter((arg) => !arg.startsWith('-'))].join(' ');
      ran.push(command);
      const installed = /install (chromium|redis-server)$/.exec(command)?.[1];
      if (installed !== undefined && answer === undefined) programs.push(installed);
      return answer?.(command) ?? { status: 0, output: '' };
    },
    folder: madeUpFolder(),
  });
  return { missing: devices.map(({ missing }) => missing), ran, said };
}

const software = { driver: 'llvmpipe' };
const all = ['apt-get', 'chromium', 'redis-server'];

test('installs nothing where everything is there', async () => {
  const { missing, ran } = await prepare({ has: { programs: all }, probes: [software] });
  expect(ran).toEqual([]);
  expect(missing).toEqual([undefined, undefined, undefined]);
});

test('says all that it will install, and then installs it', async () => {
  const { missing, ran, said } = await prepare({ release: trixie, probes: [{ missing: '' }, software] });
  expect(said[0]).toBe(
    'Installing chromium with apt-get; libvulkan1 and mesa-vulkan-drivers with apt-get; redis-server with apt-get (--no-install leaves it)',
  );
  expect(ran).toEqual([
    'apt-get update',
    'apt-get install chromium',
    'apt-get install libvulkan1 mesa-vulkan-drivers',
    'apt-get install redis-server',
  ]);
  expect(missing).toEqual([undefined, undefined, undefined]);
});

test('replaces SwiftShader where it may, and makes do with it where lavapipe is not to be had', async () => {
  const { missing, said } = await prepare({
    has: { programs: all, libraries: ['libvulkan.so.1'] },
    probes: [{ driver: 'SwiftShader' }],
    answer: () => ({ status: 100, output: 'E: no route' }),
  });
  expect(said[0]).toContain('lavapipe of bookworm-backports (11 MB) into tools/devices/.lavapipe');
  expect(missing[1]).toBe(undefined);
});

const install = 'apt-get install -y --no-install-recommends';

/** @type {[string, Parameters<typeof prepare>[0], string, string, string][]} */
const helpless = [
  [
    'not root',
    { has: { more: { root: false } } },
    'only root may install',
    `run: sudo ${install} chromium`,
    `run: sudo ${install} redis-server`,
  ],
  [
    'without apt',
    { has: { programs: [] } },
    'there is no apt-get',
    'install Chromium or Chrome, or set CHROMIUM to its path',
    'install Redis, so that redis-server is on the path',
  ],
  [
    'told not to',
    { has: { more: { env: { SYNAPRUNE_NO_INSTALL: '1' } } } },
    'SYNAPRUNE_NO_INSTALL is set',
    `run: ${install} chromium`,
    `run: ${install} redis-server`,
  ],
  [
    'not root on Ubuntu',
    { release: ubuntu, has: { more: { root: false } } },
    'only root may install',
    'run: sudo snap install chromium',
    `run: sudo ${install} redis-server`,
  ],
];

test.each(helpless)(
  'runs nothing %s, and gives the exact command',
  async (_, setting, why, chromium, redis) => {
    const { missing, ran, said } = await prepare(setting);
    expect(ran).toEqual([]);
    expect(said).toEqual([]);
    expect(missing).toEqual([`${why}; ${chromium}`, `${why}; no driver`, `${why}; ${redis}`]);
  },
);

test('gives what apt said where the network is not there', async () => {
  const { missing } = await prepare({
    release: trixie,
    answer: () => ({ status: 100, output: 'Reading lists\nE: Unable to locate package\n' }),
  });
  const apt = 'apt-get ended with 100: E: Unable to locate package';
  expect(missing).toEqual([
    `${apt}; run: ${install} chromium`,
    `${apt}; no driver`,
    `${apt}; run: ${install} redis-server`,
  ]);
});

test('tells of a Chromium that is there and does not start', async () => {
  const programs = ['apt-get', 'chromium-browser', 'redis-server'];
  const { missing } = await prepare({
    has: { programs, more: { ask: () => undefined } },
    probes: [software],
  });
  expect(missing[0]).toContain('/usr/bin/chromium-browser does not start; run: apt-get install');
});

test('installs nothing for a Chromium or a driver that the environment names', async () => {
  const env = { CHROMIUM: '/gone', VK_DRIVER_FILES: '/gone.json' };
  const { missing, ran } = await prepare({ has: { programs: ['apt-get', 'redis-server'], more: { env } } });
  expect(ran).toEqual([]);
  expect(missing).toEqual(['CHROMIUM names /gone, which is not there', 'no driver', undefined]);
});
