// @ts-check
/*
 * Builds tfjs_binding.node from the sources that tfjs-node ships, against a libtensorflow that is there already:
 * the folder of Python's `tensorflow` package has the library and its headers. For machines that cannot download
 * what tfjs-node's own installation does, and for newer versions of libtensorflow.
 *
 *   node build-binding.mjs --tensorflow PATH/site-packages/tensorflow --out PATH/tfjs_binding.node
 *
 *   --node-include PATH   where node_api.h is; beside this Node or in /usr/include/node unless told
 *
 * Needs g++. For Linux.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    tensorflow: { type: 'string' },
    out: { type: 'string', default: 'tfjs_binding.node' },
    'node-include': { type: 'string' },
  },
});

const tensorflow = resolve(
  options.tensorflow ?? fail('--tensorflow PATH is needed: the folder of the library'),
);
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
for (const part of [...libraries, 'include/tensorflow/c/eager/c_api.h']) {
  if (!existsSync(join(tensorflow, part))) fail(`${tensorflow} has no ${part}`);
}
const places = [
  options['node-include'],
  join(dirname(process.execPath), '../include/node'),
  '/usr/include/node',
];
const nodeInclude =
  places.find((place) => place !== undefined && existsSync(join(place, 'node_api.h'))) ??
  fail('node_api.h was not found; --node-include PATH says where it is');
const source = join(
  dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json')),
  'binding',
);

execFileSync(
  'g++',
  [
    ...['-O2', '-fPIC', '-shared', '-std=c++17', '-w', '-DNAPI_VERSION=8'],
    ...[nodeInclude, join(tensorflow, 'include'), dirname(source)].map((folder) => `-I${folder}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(source, file)),
    ...['-o', resolve(options.out)],
    // By their full names, because the Python package has them without the usual links.
    ...libraries.map((file) => join(tensorflow, file)),
    `-Wl,-rpath,${tensorflow}`,
  ],
  { stdio: 'inherit' },
);
console.log(`built ${resolve(options.out)}; npm run test:node-gpu -- --binding ${resolve(options.out)}`);

/** @param {string} reason @returns {never} */
function fail(reason) {
  console.error(`build-binding: ${reason}`);
  process.exit(1);
}
