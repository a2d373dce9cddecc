// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from 'vite';

/**
 * Serves the built page on the loopback address.
 *
 * @param {string} folder of this example
 * @param {number} port 0 for any that is free
 * @param {import('vite').Plugin[]} [plugins] of the server; tests serve files of their own
 * @returns {Promise<{ address: string, close(): Promise<void> }>}
 * @throws {Error} when the page has not been built, or the port is taken
 */
export async function servePage(folder, port, plugins = []) {
  if (!existsSync(join(folder, 'dist', 'index.html'))) {
    throw new Error(`${join(folder, 'dist')} holds no page; build it first: npm run build`);
  }
  const server = await preview({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    plugins,
    preview: { host: '127.0.0.1', port, strictPort: true, open: false },
  });
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the server has no address on this machine');
  return { address, close: () => server.close() };
}
