import { type Browser, chromium, type Page, type Route } from 'playwright';
import { findChromium } from 'synaprune-devices';

/** Nobody's address: what a page asks for is given from here, and the rest refused. */
const ORIGIN = 'https://bench.invalid';

const ARGUMENTS = [
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
];

/** A page of headless Chromium, and its browser. */
export interface OpenPage {
  readonly browser: Browser;
  readonly page: Page;
  /** Rejects when a script of the page fails. */
  readonly broken: Promise<never>;
}

/**
 * Opens a page; undefined where there is no Chromium.
 *
 * @param html the page
 * @param serve answers a request for anything else, by its path
 */
export async function openPage(
  html: string,
  serve: (route: Route, path: string) => Promise<void>,
): Promise<OpenPage | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) return undefined;
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS;
  const browser = await chromium.launch({ executablePath, args, timeout: 0 });
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (origin !== ORIGIN) await route.abort();
    else if (pathname === '/') await route.fulfill({ contentType: 'text/html', body: html });
    else await serve(route, pathname);
  });
  const broken = new Promise<never>((_, reject) => page.on('pageerror', reject));
  // Whoever waits for the page is told.
  broken.catch(() => {});
  await page.goto(ORIGIN);
  return { browser, page, broken };
}
