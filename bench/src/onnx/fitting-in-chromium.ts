import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { type OpenPage, openPage } from '../chromium.js';
import { peakBytesOf } from '../files/peak-bytes.js';
import type { Fitting } from './adapter-candidates.js';
import type {} from './fitting-page.js';

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>fit</title><body>
<script type="module" src="/page.js"></script>`;

/** The most memory of a page's process: with the runtime loaded and nothing done, and once it has trained. */
export interface PageMemory {
  readonly browser: string;
  readonly before: number;
  readonly peakBytes: number;
}

/** Trains in pages of headless Chromium, each in a browser of its own; undefined where there is none, or no count. */
export async function fitInChromium(
  fittings: readonly Fitting[],
  layers: number,
  steps: number,
): Promise<PageMemory[] | undefined> {
  const code = await bundlePage();
  const measured: PageMemory[] = [];
  for (const fitting of fittings) {
    const opened = await openPage(PAGE, (route, path) =>
      path === '/page.js'
        ? route.fulfill({ contentType: 'text/javascript', body: code })
        : route.fulfill({ path: join(RUNTIME, path.slice('/runtime/'.length)) }),
    );
    if (opened === undefined) return undefined;
    const { browser, page, broken } = opened;
    try {
      await Promise.race([broken, page.waitForFunction(() => 'fit' in globalThis)]);
      const before = await pageBytes(opened);
      await Promise.race([
        broken,
        page.evaluate((asked) => globalThis.fit(asked.fitting, asked.layers, asked.steps), {
          fitting,
          layers,
          steps,
        }),
      ]);
      const peak = await pageBytes(opened);
      if (before === undefined || peak === undefined) return undefined;
      measured.push({ browser: `Chromium ${browser.version()}`, before, peakBytes: peak });
    } finally {
      await browser.close();
    }
  }
  return measured;
}

/** The most memory that the processes of pages took; undefined where the system does not tell. */
async function pageBytes({ browser }: OpenPage): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  let sum = 0;
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    const bytes = peakBytesOf(id);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}

const RUNTIME = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

async function bundlePage(): Promise<string> {
  const bundled = await rolldown({
    input: fileURLToPath(new URL('fitting-page.js', import.meta.url)),
    platform: 'browser',
    logLevel: 'silent',
  });
  const { output } = await bundled.generate({ format: 'es', codeSplitting: false });
  await bundled.close();
  return output[0].code;
}
