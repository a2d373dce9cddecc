import { fileURLToPath } from 'node:url';
import { chromium, type Disposable, type Page, type ViewportSize } from 'playwright';
import { servePage } from '../../serve-page.mjs';
import { serveFewData } from './few-data';

/** The built page in a headless browser, and whatever goes wrong in it. */
export interface OpenBrowser {
  /**
   * The page as whoever comes for the first time finds it: nothing is kept of what was opened before. It takes the place of
   * that, in the same tab unless a test has closed it: a new one would compile all of the page's programs again.
   *
   * @param query of the address
   * @param viewport of a desk unless told
   * @param before runs in the page before anything else does
   */
  open(query: string, viewport?: ViewportSize, before?: () => void): Promise<Page>;
  /** Errors, console errors and requests that left this machine so far. */
  readonly problems: string[];
  close(): Promise<void>;
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
  // ONNX Runtime's functions are huge and run a few hundred times: to optimise them takes longer than they do.
  '--js-flags=--wasm-tiering-budget=100000000',
];

/**
 * Serves the built page and opens a browser on software graphics.
 *
 * @param data `few`: the page trains and tests on a part of its data
 */
export async function openBrowser(executablePath: string, data: 'few' | 'all'): Promise<OpenBrowser> {
  const few = data === 'few' ? [serveFewData(new URL('../../dist/data/', import.meta.url))] : [];
  const { address, close } = await servePage(fileURLToPath(new URL('../..', import.meta.url)), 0, few);
  const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: NO_LIMIT });
  const context = await browser.newContext();
  context.setDefaultTimeout(NO_LIMIT);
  const problems: string[] = [];
  context.on('weberror', (error) => {
    const { stack, message } = error.error();
    problems.push(`error: ${stack ?? message}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(blob|data):/.test(url)) problems.push(`request: ${url}`);
  });
  let tab = await context.newPage();
  let preparation: Disposable | undefined;

  /** An empty tab, and an empty database. */
  async function clear(): Promise<void> {
    if (tab.isClosed()) tab = await context.newPage();
    else await preparation?.dispose();
    preparation = undefined;
    await tab.goto('about:blank');
    const tools = await context.newCDPSession(tab);
    await tools.send('Storage.clearDataForOrigin', {
      origin: new URL(address).origin,
      storageTypes: 'indexeddb,local_storage',
    });
    await tools.detach();
  }

  return {
    problems,
    async open(query, viewport = { width: 1280, height: 900 }, before) {
      await clear();
      await tab.setViewportSize(viewport);
      await tab.emulateMedia({ colorScheme: null });
      if (before !== undefined) preparation = await tab.addInitScript(before);
      await tab.goto(address + query);
      return tab;
    },
    async close() {
      await browser.close();
      await close();
    },
  };
}
