// @ts-check
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';
import { madeUpMachine } from './made-up-machine.mjs';
import { findVulkanDriver, listVulkanDrivers, ownLavapipe } from './vulkan.mjs';

const libraries = ['libvulkan.so.1'];
const icds = '/usr/share/vulkan/icd.d';
const own = join(ownLavapipe, 'lvp_icd.json');
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** @param {string} version */
function manifest(version) {
  return JSON.stringify({ ICD: { api_version: version }, file_format_version: '1.0.0' });
}

/** What Dawn would try. @param {Parameters<typeof madeUpMachine>[0]} has */
function icdsOf(has) {
  return listVulkanDrivers(madeUpMachine({ libraries, ...has })).map(({ icd }) => icd);
}

test('takes the Chromium of the environment, by path or by name, before any other', () => {
  const programs = ['chromium', 'mine'];
  const find = (/** @type {string} */ CHROMIUM) =>
    findChromium(madeUpMachine({ programs, more: { env: { CHROMIUM } } }));
  expect(find('/usr/bin/mine')).toBe('/usr/bin/mine');
  expect(find('mine')).toBe('/usr/bin/mine');
  expect(find('/gone')).toBe(undefined);
});

test('finds Debian’s Chromium, then Chrome, then the places beside the path', () => {
  expect(findChromium(madeUpMachine({ programs: ['google-chrome', 'chromium'] }))).toBe('/usr/bin/chromium');
  expect(findChromium(madeUpMachine({ programs: ['google-chrome'] }))).toBe('/usr/bin/google-chrome');
  const chrome = '/opt/google/chrome/google-chrome';
  expect(findChromium(madeUpMachine({ files: { [chrome]: '' } }))).toBe(chrome);
  expect(findChromium(madeUpMachine())).toBe(undefined);
});

test('finds no driver where the Vulkan loader cannot be loaded', () => {
  expect(icdsOf({ files: { [own]: '' }, libraries: [] })).toEqual([]);
});

test('tries hardware first, then this repository’s lavapipe, the system’s and SwiftShader', () => {
  const files = {
    [`${icds}/intel_icd.json`]: manifest('1.4.305'),
    [`${icds}/lvp_icd.json`]: manifest('1.4.305'),
    [`${icds}/radeon_icd.json`]: manifest('1.4.305'),
    [own]: manifest('1.4.305'),
    [swiftShader]: manifest('1.0.5'),
  };
  expect(icdsOf({ files })).toEqual([
    `${icds}/intel_icd.json:${icds}/radeon_icd.json`,
    own,
    `${icds}/lvp_icd.json`,
    swiftShader,
  ]);
  expect(findVulkanDriver(madeUpMachine({ files, libraries }))?.icd).toBe(own);
});

test('passes over the lavapipe of Debian 12, which is too old for WebGPU', () => {
  const files = { [`${icds}/lvp_icd.x86_64.json`]: manifest('1.3.230') };
  expect(icdsOf({ files })).toEqual([]);
});

test('takes what the environment names, and nothing else', () => {
  const files = { [own]: '' };
  expect(icdsOf({ files, more: { env: { VK_ICD_FILENAMES: '/mine.json' } } })).toEqual(['/mine.json']);
  const both = { VK_DRIVER_FILES: '/newer.json', VK_ICD_FILENAMES: '/older.json' };
  expect(icdsOf({ files, more: { env: both } })).toEqual(['/newer.json']);
});
