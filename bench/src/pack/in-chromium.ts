import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPage } from '../chromium.js';
import { measure, type Timing } from '../measure.js';

/** What a page has to time with. */
interface Reading {
  unpack(): Promise<unknown>;
  gunzip(): Promise<unknown>;
}

declare global {
  var reading: Reading;
}

/** Reads in a round: pages have coarse clocks. */
const OFTEN = 8;

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>unpack</title><body>
<script type="module">
  import { unpack } from '/unpack.js';
  const bytesAt = async (address) => await (await fetch(address)).arrayBuffer();
  const [packed, zipped] = [new Uint8Array(await bytesAt('/packed')), await bytesAt('/zipped')];
  globalThis.reading = {
    unpack: () => unpack(packed, { kind: 'state' }),
    gunzip: async () => {
      const plain = new Response(zipped).body.pipeThrough(new DecompressionStream('gzip'));
      return new Float32Array(await new Response(plain).arrayBuffer());
    },
  };
</script>`;

/** Wall time in headless Chromium. */
export interface ChromiumReading {
  readonly browser: string;
  readonly unpacking: Timing;
  readonly unzipping: Timing;
}

/** Reads a packed file and a zipped one in a page; undefined where there is no Chromium. */
export async function readInChromium(
  packed: Uint8Array,
  zipped: Uint8Array,
  rounds: { readonly samples: number; readonly warmups: number },
): Promise<ChromiumReading | undefined> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@synaprune/sparse/unpack')));
  const given: Readonly<Record<string, Buffer>> = {
    '/packed': Buffer.from(packed),
    '/zipped': Buffer.from(zipped),
  };
  const opened = await openPage(PAGE, (route, path) => {
    const body = given[path];
    return route.fulfill(body === undefined ? { path: join(folder, path) } : { body });
  });
  if (opened === undefined) return undefined;
  const { browser, page, broken } = opened;
  try {
    await Promise.race([broken, page.waitForFunction(() => 'reading' in globalThis)]);
    const candidate = (work: keyof Reading, name: string) => ({
      name,
      runElsewhere: async () => {
        const milliseconds = await page.evaluate(
          async (asked) => {
            const before = performance.now();
            for (let i = 0; i < asked.often; i += 1) await globalThis.reading[asked.work]();
            return performance.now() - before;
          },
          { work, often: OFTEN },
        );
        return (1e6 * milliseconds) / OFTEN;
      },
    });
    const [unpacking, unzipping] = await measure(
      [
        candidate('unpack', 'unpack at 90 %, in Chromium'),
        candidate('gunzip', "gunzip by the platform's stream, and load"),
      ],
      rounds,
    );
    return { browser: `Chromium ${browser.version()}`, unpacking: unpacking!, unzipping: unzipping! };
  } finally {
    await browser.close();
  }
}
