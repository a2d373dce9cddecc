// @ts-check
/* A folder served on loopback, and its page opened in Chromium. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { adviseChromium } from '../devices/advice.mjs';
import { findChromium } from '../devices/chromium.mjs';
import { thisMachine } from '../devices/machine.mjs';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * @param {string} folder
 * @param {Record<string, string>} [headers] of every answer
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function serve(folder, headers = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url ?? '/', 'http://localhost');
    const path = normalize(pathname === '/' ? '/index.html' : decodeURIComponent(pathname));
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
        ...headers,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { address: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** Why no page can be opened; undefined where one can. */
export function noChromium() {
  return findChromium(thisMachine) === undefined ? `no Chromium; ${adviseChromium(thisMachine)}` : undefined;
}

/**
 * What the trials of a page said, by their names, and what the browser complained of.
 *
 * @typedef {object} PageResults
 * @property {Record<string, { passed: boolean, said: string } | undefined>} trials
 * @property {readonly string[]} errors in its console and out of it
 */

/**
 * @param {string} address
 * @returns {Promise<PageResults>}
 */
export async function openPage(address) {
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({
    executablePath: /** @type {string} */ (findChromium(thisMachine)),
    args: ['--disable-dev-shm-usage', '--no-sandbox'],
    timeout: 0,
  });
  /** @type {string[]} */
  const errors = [];
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(address, { timeout: 0 });
    // The page's own element, so that a policy against evaluation does not matter.
    const shown = page.locator('#results');
    await shown.waitFor({ state: 'attached', timeout: 1_800_000 });
    return { trials: JSON.parse((await shown.textContent()) ?? '{}'), errors };
  } catch (error) {
    return { trials: {}, errors: [...errors, String(error)] };
  } finally {
    await browser.close();
  }
}
