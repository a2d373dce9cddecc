// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { hugeRuntime } from '../unit-tests.mjs';
import { adviseChromium } from './advice.mjs';
import { findChromium } from './chromium.mjs';
import { thisMachine } from './machine.mjs';
import { longestMilliseconds, timeLimits } from './time-limits.mjs';
import { kitGlance, kitPart, kitSmoke, whole } from './whole.mjs';

/** What makes Chromium offer its devices without a GPU, and keeps it from calling home. */
const switches = [
  // WebGPU on SwiftShader; without it there is no adapter.
  '--enable-unsafe-webgpu',
  // WebGL 2, likewise.
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  `--js-flags=${hugeRuntime.test.execArgv.join(' ')}`,
  // A container's /dev/shm is small.
  '--disable-dev-shm-usage',
];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The packages that have tests for browsers. */
const tested = readdirSync(join(root, 'packages')).filter((name) =>
  sources(name).some((file) => file.endsWith('.browser.test.ts')),
);

/**
 * A package's files in TypeScript.
 *
 * @param {string} name the package's folder
 */
function sources(name) {
  const folder = join(root, 'packages', name, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
}

/**
 * What a package's sources import of other packages of this repository. Served as they are built, that would be hundreds of
 * modules to every page.
 *
 * @param {string} name the package's folder
 * @returns {string[]} specifiers
 */
function builtImports(name) {
  const manifest = readFileSync(join(root, 'packages', name, 'package.json'), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(manifest);
  const named = Object.keys({ ...dependencies, ...devDependencies });
  const found = sources(name).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'(@synaprune\/[^']+)'/g)].map(([, one = '']) => one);
  });
  return found.filter((one) => named.some((other) => one === other || one.startsWith(`${other}/`)));
}

/**
 * Vitest's configuration for tests that run in headless Chromium: `*.browser.test.ts` of all packages, in one project, as a
 * server and a browser for each would take longer to start than most have to test.
 *
 * @throws {Error} where there is no Chromium, with what would bring it
 */
async function browserTests(machine = thisMachine) {
  const executablePath = findChromium(machine);
  if (executablePath === undefined) throw new Error(`no Chromium here; ${adviseChromium(machine)}`);
  // Chromium's sandbox does not work for root.
  const args = machine.root ? [...switches, '--no-sandbox'] : switches;
  const { playwright } = await import('@vitest/browser-playwright');
  return defineConfig({
    clearScreen: false,
    // Lets pages share memory, which threads need.
    server: {
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    optimizeDeps: {
      // Found only while a test loads, a dependency would make vite load the page again.
      include: [
        ...new Set(tested.flatMap(builtImports)),
        '@litertjs/core',
        '@tensorflow/tfjs',
        '@tensorflow/tfjs-backend-wasm',
        '@tensorflow/tfjs-backend-webgpu',
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-layers',
        'flatbuffers',
      ].sort(),
      // This runtime loads its WebAssembly by address, and vite's bundles have another.
      exclude: ['onnxruntime-web'],
      // They change, where the lock file, by which Vite knows what it has bundled, does not.
      force: true,
    },
    test: {
      root,
      name: 'packages in Chromium',
      include: tested.map((name) => `packages/${name}/src/**/*.browser.test.ts`),
      exclude: configDefaults.exclude,
      ...timeLimits,
      provide: { kitGlance, kitPart, kitSmoke, whole },
      // After the tests in Node: a software device takes all cores while it computes.
      sequence: { groupOrder: 1 },
      maxWorkers: 2,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        connectTimeout: longestMilliseconds,
        provider: playwright({ launchOptions: { executablePath, args, timeout: longestMilliseconds } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  });
}

export default browserTests();
