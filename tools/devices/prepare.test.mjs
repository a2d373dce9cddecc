// @ts-check
import { expect, test } from 'vitest';
import { bookworm, madeUpFolder, madeUpMachine, trixie, ubuntu } from './made-up-machine.mjs';
import { prepareDevices } from './prepare.mjs';

/**
 * Prepares a machine that lacks all devices, and tells what was run, said and found.
 *
 * @param {object} setting
 * @param {string} [setting.release]
 * @param {Parameters<typeof madeUpMachine>[0] & { root?: boolean }} [setting.has]
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
      if (command.endsWith('install chromium') && answer === undefined) programs.push('chromium');
      return answer?.(command) ?? { status: 0, output: '' };
    },
    folder: madeUpFolder(),
  });
  return { devices, ran, said };
}

const software = { driver: 'llvmpipe' };

test('installs nothing where everything is there', async () => {
  const { devices, ran } = await prepare({ has: { programs: ['apt-get', 'chromium'] }, probes: [software] });
  expect(ran).toEqual([]);
  expect(devices.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
});

test('installs Chromium as root on Debian, and says so before', async () => {
  const { devices, ran, said } = await prepare({ probes: [software] });
  expect(ran).toEqual(['apt-get update', 'apt-get install chromium']);
  expect(said[0]).toBe('Installing chromium with apt-get (SYNAPRUNE_NO_INSTALL=1 would leave it)');
  expect(devices[0]?.outcome).toBe('passed');
});

test('installs the system’s lavapipe on a Debian that has a new one', async () => {
  const { devices, ran } = await prepare({
    release: trixie,
    has: { programs: ['apt-get', 'chromium'] },
    probes: [{ missing: 'no driver' }, software],
  });
  expect(ran).toEqual(['apt-get update', 'apt-get install libvulkan1 mesa-vulkan-drivers']);
  expect(devices[1]?.outcome).toBe('passed');
});

test('replaces SwiftShader where it may, and makes do with it where lavapipe is not to be had', async () => {
  const { devices, said } = await prepare({
    has: { programs: ['apt-get', 'chromium'], libraries: ['libvulkan.so.1'] },
    probes: [{ driver: 'SwiftShader' }],
    answer: () => ({ status: 100, output: 'E: no route' }),
  });
  expect(said[0]).toContain('Unpacking lavapipe of bookworm-backports');
  expect(devices[1]?.outcome).toBe('passed');
});

/** @type {[string, Parameters<typeof prepare>[0], string, string][]} */
const helpless = [
  [
    'not root',
    { has: { more: { root: false } } },
    'only root may install; run: sudo apt-get install -y --no-install-recommends chromium',
    'only root may install; no driver',
  ],
  [
    'without apt',
    { has: { programs: [] } },
    'there is no apt-get; install Chromium or Chrome, or set CHROMIUM to its path',
    'there is no apt-get; no driver',
  ],
  [
    'told not to',
    { has: { more: { env: { SYNAPRUNE_NO_INSTALL: '1' } } } },
    'SYNAPRUNE_NO_INSTALL is set; run: apt-get install -y --no-install-recommends chromium',
    'SYNAPRUNE_NO_INSTALL is set; no driver',
  ],
  [
    'not root on Ubuntu',
    { release: ubuntu, has: { more: { root: false } } },
    'only root may install; run: sudo snap install chromium',
    'only root may install; no driver',
  ],
];

test.each(helpless)(
  'runs nothing %s, and skips with the exact command',
  async (_, setting, chromium, dawn) => {
    const { devices, ran, said } = await prepare(setting);
    expect(ran).toEqual([]);
    expect(said).toEqual([]);
    expect(devices).toEqual([
      { name: 'Chromium for the tests in a browser', outcome: 'skipped', detail: chromium },
      { name: 'WebGPU in Node, by Dawn', outcome: 'skipped', detail: dawn },
    ]);
  },
);

test('skips with what apt said where the network is not there', async () => {
  const { devices } = await prepare({
    release: trixie,
    answer: () => ({ status: 100, output: 'Reading lists\nE: Unable to locate package chromium\n' }),
  });
  expect(devices[0]?.detail).toBe(
    'apt-get ended with 100: E: Unable to locate package chromium; run: apt-get install -y --no-install-recommends chromium',
  );
  expect(devices[1]?.outcome).toBe('skipped');
});

test('skips a Chromium that is there and does not start', async () => {
  const programs = ['apt-get', 'chromium-browser'];
  const { devices } = await prepare({
    has: { programs, more: { ask: () => undefined } },
    probes: [software],
  });
  expect(devices[0]?.detail).toContain('/usr/bin/chromium-browser does not start; run: apt-get install');
});

test('installs nothing for a Chromium or a driver that the environment names', async () => {
  const env = { CHROMIUM: '/gone', VK_DRIVER_FILES: '/gone.json' };
  const { devices, ran } = await prepare({ has: { more: { env } } });
  expect(ran).toEqual([]);
  expect(devices.map(({ detail }) => detail)).toEqual([
    'CHROMIUM names /gone, which is not there',
    'no driver',
  ]);
});
