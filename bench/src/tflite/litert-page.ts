import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Route } from 'playwright';
import { openPage } from '../chromium.js';
import type {} from './in-page.js';

/** LiteRT.js on wasm, on one thread, in a page of headless Chromium. */
export interface LiteRtPage {
  /** The browser's version. */
  readonly browser: string;
  load(model: Uint8Array): Promise<LoadedModel>;
  close(): Promise<void>;
}

/** A model that a page holds. */
export interface LoadedModel {
  /** The first output for each of so many images, which lie one behind the other as the answers do. */
  answer(images: Float32Array, count: number): Promise<Float32Array>;
  /** Runs the model so often on the image that it answered last, and returns nanoseconds of wall time, of all runs together. */
  time(often: number): Promise<number>;
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>LiteRT.js</title><body>
<script type="importmap">
{ "imports": { "@litertjs/core": "/core/dist/index.js", "@litertjs/wasm-utils": "/wasm-utils/dist/index.js" } }
</script>
<script type="module" src="/in-page.js"></script>`;

/** Opens a page with LiteRT.js in it; undefined where there is no Chromium. */
export async function openLiteRtPage(): Promise<LiteRtPage | undefined> {
  const given = new Map<string, Buffer>();
  const opened = await openPage(PAGE, (route, path) => serve(route, path, given));
  if (opened === undefined) return undefined;
  const { browser, page, broken } = opened;
  let addresses = 0;
  const giveTo = async <T>(
    data: Uint8Array | Float32Array,
    use: (address: string) => Promise<T>,
  ): Promise<T> => {
    addresses += 1;
    const address = `/bytes/${addresses}`;
    given.set(address, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    const result = await use(address);
    given.delete(address);
    return result;
  };
  await Promise.race([broken, page.waitForFunction(() => 'inPage' in globalThis)]);
  return {
    browser: `Chromium ${browser.version()}`,
    load: (model) =>
      giveTo(model, async (address) => {
        const at = await page.evaluate((from) => globalThis.inPage.load(from), address);
        return {
          answer: (images, count) =>
            giveTo(images, async (address) => {
              const values = await page.evaluate(
                (asked) => globalThis.inPage.answer(asked.at, asked.address, asked.count),
                { at, address, count },
              );
              return Float32Array.from(values);
            }),
          time: (often) =>
            page.evaluate((asked) => globalThis.inPage.time(asked.at, asked.often), { at, often }),
        };
      }),
    close: () => browser.close(),
  };
}

const require = createRequire(import.meta.url);
const packageFolder = (name: string): string => dirname(dirname(require.resolve(name)));

const FOLDERS: Readonly<Record<string, string>> = {
  '/core/': packageFolder('@litertjs/core'),
  '/wasm-utils/': packageFolder('@litertjs/wasm-utils'),
  '/': dirname(fileURLToPath(import.meta.url)),
};

async function serve(route: Route, path: string, given: ReadonlyMap<string, Buffer>): Promise<void> {
  const body = given.get(path);
  if (body !== undefined) return await route.fulfill({ body });
  const [from, folder] = Object.entries(FOLDERS).find(([prefix]) => path.startsWith(prefix))!;
  await route.fulfill({ path: join(folder, path.slice(from.length)) });
}
