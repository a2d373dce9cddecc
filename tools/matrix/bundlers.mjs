// @ts-check
/* The page of integrations/browser, built by each bundler with no setting but what docs/environments.md says. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readJson } from '../check/workspace.mjs';

/**
 * @typedef {(project: string, page: string, out: string) => Promise<void>} Bundle builds the `page` folder of a project
 *   into another folder
 */

/** A tool that npm fetched into the project. @param {string} project @param {string} name @returns {Promise<any>} */
async function toolIn(project, name) {
  const require = createRequire(join(project, 'package.json'));
  const loaded = await import(pathToFileURL(require.resolve(name)).href);
  return loaded.default ?? loaded;
}

/** The page's HTML with the bundle in the place of its program. @param {string} page @param {string} out */
function placeHtml(page, out) {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  writeFileSync(join(out, 'index.html'), html.replace('./page.mjs', './page.js'));
}

/** @type {Record<string, Bundle>} */
export const bundlesAtHand = {
  async Vite(_project, page, out) {
    const { build } = await import('vite');
    await build({
      root: page,
      configFile: false,
      logLevel: 'error',
      build: { outDir: out, emptyOutDir: true },
    });
  },
};

/** @type {Record<string, Bundle>} */
export const bundlesFetched = {
  async esbuild(project, page, out) {
    const { build } = await toolIn(project, 'esbuild');
    await build({
      entryPoints: [join(page, 'page.mjs')],
      bundle: true,
      splitting: true,
      format: 'esm',
      minify: true,
      outdir: out,
      logLevel: 'error',
    });
    placeHtml(page, out);
  },
  async Rollup(project, page, out) {
    const { rollup } = await toolIn(project, 'rollup');
    const nodeResolve = await toolIn(project, '@rollup/plugin-node-resolve');
    const commonjs = await toolIn(project, '@rollup/plugin-commonjs');
    const bundle = await rollup({
      input: join(page, 'page.mjs'),
      plugins: [nodeResolve({ browser: true }), commonjs()],
      onwarn: () => {},
    });
    await bundle.write({ dir: out, format: 'es', entryFileNames: 'page.js' });
    await bundle.close();
    placeHtml(page, out);
  },
  async webpack(project, page, out) {
    const webpack = await toolIn(project, 'webpack');
    const compiler = webpack({
      mode: 'production',
      context: page,
      entry: './page.mjs',
      output: { path: out, filename: 'page.js' },
      performance: { hints: false },
    });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((/** @type {unknown} */ error, /** @type {any} */ done) =>
        error ? reject(error) : resolve(done),
      );
    });
    await new Promise((resolve) => compiler.close(resolve));
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
    placeHtml(page, out);
  },
};

/**
 * A copy of the page to build in, so that bundlers do not meet.
 *
 * @param {string} project
 * @param {string} name
 */
export function pageFor(project, name) {
  const page = join(project, `page-${name}`);
  cpSync(join(project, 'browser'), page, { recursive: true });
  return { page, out: join(project, `built-${name}`) };
}

/** The version of a bundler that is a dependency of the repository. @param {string} name */
export function versionAtHand(name) {
  return readJson(createRequire(import.meta.url).resolve(`${name}/package.json`)).version;
}
