/*
 * A page that runs every trial, each loaded when its turn comes, and writes down what they said. The address says which
 * kernels are to be expected: `?kernels=script` where WebAssembly is forbidden.
 */
const trials = {
  core: () => import('./core.mjs'),
  tfjs: () => import('./tfjs.mjs'),
  files: () => import('./files.mjs'),
};
const expected = { kernels: new URLSearchParams(location.search).get('kernels') ?? 'wasm-simd' };

/** @type {Record<string, { passed: boolean, said: string }>} */
const results = {};
for (const [name, load] of Object.entries(trials)) {
  try {
    const { trial } = await load();
    results[name] = { passed: true, said: await trial(expected) };
  } catch (error) {
    results[name] = { passed: false, said: String(error) };
  }
}
const shown = document.createElement('pre');
shown.id = 'results';
shown.textContent = JSON.stringify(results);
document.body.append(shown);
