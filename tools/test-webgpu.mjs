// @ts-check
/*
 * Tests all that prunes by WebGPU, on Dawn in Node and in headless Chromium: `npm run test:webgpu`. Brings the devices
 * first, as `npm test` does, and ends with the same closing line.
 */
import { checkBrowsers } from './check/browsers.mjs';
import { checkBuild } from './check/compile.mjs';
import { checkDevices } from './check/devices.mjs';
import { runSteps } from './check/run-steps.mjs';
import { checkUnits } from './check/units.mjs';
import { readWorkspaces } from './check/workspace.mjs';

const onWebGPU = ['@synaprune/webgpu', '@synaprune/tfjs-webgpu'];
const inBrowser = readWorkspaces().filter(({ manifest: { name } }) =>
  [...onWebGPU, '@synaprune/tfjs'].includes(name),
);

console.log(
  'Software devices are slow: this takes some ten minutes. Chromium and a Vulkan driver are installed first, where they are missing.',
);

process.exitCode = await runSteps([
  { id: 'build', title: 'build', run: checkBuild },
  { id: 'devices', title: 'devices', run: checkDevices },
  { id: 'dawn', title: 'on Dawn in Node', run: () => checkUnits(onWebGPU) },
  {
    id: 'chromium',
    title: 'in Chromium',
    run: () =>
      checkBrowsers({
        workspaces: inBrowser,
        // The adapter of all backends is tested here on one of them.
        files: ({ manifest }) => (manifest.name === '@synaprune/tfjs' ? ['conformance/webgpu'] : []),
      }),
  },
]);
