import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright';
import { servePage } from '../../serve-page.mjs';
import { serveFewDigits } from './few-digits';

/** The built page in a headless browser, and whatever goes wrong in it. */
export interface OpenBrowser {
  /**
   * A page of its own, with a database of its own.
   *
   * @param query of the address
   * @param options `fewDigits`: trains and tests on a twentieth of the digits
   * @param before runs in the page before anything else does
   */
  open(query: string, options?: PageOptions, before?: () => void): Promise<Page>;
  /** Errors, console errors and requests that left this machine so far. */
  readonly problems: string[];
  close(): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  readonly fewDigits?: boolean;
}

/** The browser that tests run in: their configuration has looked for one. */
export const CHROMIUM = process.env.CHROMIUM;

/** What a group of tests of the page is called, and why it is skipped where there is no browser. */
export function inBrowser(what: string): string {
  return CHROMIUM === undefined
    ? `${what} (no Chromium; run: apt-get install -y --no-install-recommends chromium, or set CHROMIUM)`
    : `${what}, in a real browser,`;
}

/** A slow machine is waited for; a test that hangs ends by its own limit. */
const NO_LIMIT = 0;

const FLAGS = [
  '--enable-unsafe-webgpu',
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
  // Painting in software graphics takes longer than without any.
  '--disable-gpu-compositing',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Serves the built page and opens a browser on software graphics. */
export async function openBrowser(executablePath: string): Promise<OpenBrowser> {
  const { address, close } = await servePage(fileURLToPath(new URL('../..', import.meta.url)), 0);
  const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: NO_LIMIT });
  const problems: string[] = [];
  return {
    problems,
    async open(query, { fewDigits = false, ...options } = {}, before) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      if (before !== undefined) await context.addInitScript(before);
      context.setDefaultTimeout(NO_LIMIT);
      if (fewDigits) {
        await serveFewDigits(context, new URL('../../dist/data/digits.bin', import.meta.url));
      }
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(`error: ${error.stack ?? error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(`console: ${message.text()}`);
      });
      context.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(address) && !/^(blob|data):/.test(url)) problems.push(`request: ${url}`);
      });
      await page.goto(address + query);
      return page;
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}
