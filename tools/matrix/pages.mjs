// @ts-check
/* Pages in Chromium: built by every bundler, served by Vite as it develops, and under content security policies. */
import { bundlesAtHand, bundlesFetched, pageFor } from './bundlers.mjs';
import { noChromium, openPage, serve } from './chromium.mjs';

/** @typedef {import('./cell.mjs').Group} Group */
/** @typedef {import('./chromium.mjs').PageResults} PageResults */

const trials = ['core', 'tfjs', 'files'];

/** Policies as a careful site has them, and the kernels that pages run on there. */
export const policies = [
  { policy: "script-src 'self' 'wasm-unsafe-eval'", kernels: 'wasm-simd' },
  { policy: "script-src 'self'", kernels: 'script' },
];

/**
 * Cells of one page, which is opened once.
 *
 * @param {string} environment
 * @param {() => Promise<PageResults>} open
 * @returns {import('./cell.mjs').Cell[]}
 */
function pageCells(environment, open) {
  /** @type {Promise<PageResults> | undefined} */
  let opened;
  return trials.map((program) => ({
    environment,
    program: `browser/${program}.mjs`,
    run: async () => {
      const missing = noChromium();
      if (missing !== undefined) return { skipped: true, note: missing };
      opened ??= open();
      const { trials, errors } = await opened;
      const trial = trials[program];
      if (trial?.passed) return { note: program === 'core' ? trial.said : '' };
      return { complaints: [trial?.said ?? 'the page did not come to it', ...errors] };
    },
  }));
}

/**
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} name
 * @param {import('./bundlers.mjs').Bundle} bundle
 */
const builtCells = (lab, name, bundle) =>
  pageCells(name, async () => {
    const project = await lab.project('newest');
    const { page, out } = pageFor(project, name);
    await bundle(project, page, out);
    return openServed(out, {});
  });

/** @param {string} folder @param {Record<string, string>} headers @param {string} [query] */
async function openServed(folder, headers, query = '') {
  const { address, close } = await serve(folder, headers);
  try {
    return await openPage(`${address}${query}`);
  } finally {
    close();
  }
}

/** @type {Group} */
export const vite = {
  name: 'vite',
  about: 'a page built by Vite, and one that Vite serves while it is developed',
  tools: [],
  cells: (lab) => [
    ...Object.entries(bundlesAtHand).flatMap(([name, bundle]) => builtCells(lab, name, bundle)),
    ...pageCells('Vite, developing', async () => {
      const project = await lab.project('newest');
      const { page } = pageFor(project, 'developing');
      const { createServer } = await import('vite');
      const server = await createServer({
        root: page,
        configFile: false,
        logLevel: 'error',
        server: { host: '127.0.0.1', port: 0 },
      });
      await server.listen();
      try {
        const address = server.resolvedUrls?.local[0];
        if (address === undefined) throw new Error('Vite serves at no address');
        return await openPage(address);
      } finally {
        await server.close();
      }
    }),
  ],
};

/** @type {Group} */
export const bundlers = {
  name: 'bundlers',
  about: 'a page built by webpack, Rollup and esbuild',
  tools: ['esbuild', 'rollup', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs', 'webpack'],
  cells: (lab) => Object.entries(bundlesFetched).flatMap(([name, bundle]) => builtCells(lab, name, bundle)),
};

/** @type {Group} */
export const csp = {
  name: 'csp',
  about: 'pages whose Content-Security-Policy allows WebAssembly, and forbids it',
  tools: [],
  cells: (lab) => {
    /** @type {Promise<string> | undefined} */
    let built;
    const build = async () => {
      const project = await lab.project('newest');
      const { page, out } = pageFor(project, 'csp');
      await bundlesAtHand.Vite?.(project, page, out);
      return out;
    };
    return policies.flatMap(({ policy, kernels }) =>
      pageCells(policy, async () => {
        built ??= build();
        return openServed(await built, { 'content-security-policy': policy }, `?kernels=${kernels}`);
      }),
    );
  },
};
