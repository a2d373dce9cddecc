// @ts-check
import { dirname, join } from 'node:path';
import { thisMachine } from './machine.mjs';

/** Debian's, Google's and the snap's; Ubuntu's `chromium-browser` last, because it may only advise to install the snap. */
const names = [
  'chromium',
  'google-chrome-stable',
  'google-chrome',
  'google-chrome-beta',
  'microsoft-edge',
  'chromium-browser',
];

const places = [
  '/usr/bin/chromium',
  '/opt/google/chrome/google-chrome',
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/**
 * A Chromium of this machine: `CHROMIUM` if it is set, then the usual names on the path, then the usual places.
 *
 * @param {import('./machine.mjs').Machine} [machine]
 * @returns {string | undefined} an absolute path
 */
export function findChromium(machine = thisMachine) {
  const { CHROMIUM: told } = machine.env;
  if (told) return machine.exists(told) ? told : machine.which(told);
  for (const name of names) {
    const path = machine.which(name);
    if (path !== undefined) return path;
  }
  return places.find((path) => machine.exists(path));
}

/**
 * Chromium's software Vulkan driver, which serves other programs too.
 *
 * @param {import('./machine.mjs').Machine} [machine]
 * @returns {string | undefined} its manifest
 */
export function findSwiftShader(machine = thisMachine) {
  const chromium = findChromium(machine);
  const folders = [
    ...(chromium === undefined ? [] : [dirname(machine.resolve(chromium))]),
    '/usr/lib/chromium',
    '/usr/lib64/chromium-browser',
    '/opt/google/chrome',
  ];
  return folders
    .map((folder) => join(folder, 'vk_swiftshader_icd.json'))
    .find((path) => machine.exists(path));
}
