// @ts-check
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright';

const types = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
]);

/**
 * Opens a folder of files as a plain static host would serve it, and reads what the page has to say.
 *
 * @param {string} executablePath of Chromium
 * @param {string} folder with an index.html
 * @returns {Promise<{ text: string, problems: string[] }>}
 */
export async function readPage(executablePath, folder) {
  const server = createServer(({ url = '/' }, response) => {
    const asked = normalize(new URL(url, 'http://host').pathname);
    const path = asked === '/' ? 'index.html' : asked;
    try {
      const body = readFileSync(join(folder, path));
      response.setHeader('content-type', types.get(extname(path)) ?? 'application/octet-stream');
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    timeout: 0,
  });
  try {
    /** @type {string[]} */
    const problems = [];
    const page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${port}/`, { timeout: 0 });
    while (problems.length === 0) {
      const text = (await page.textContent('body'))?.trim() ?? '';
      if (text !== '') return { text, problems };
      await page.waitForTimeout(100);
    }
    return { text: '', problems };
  } finally {
    await browser.close();
    server.close();
  }
}
