// @ts-check
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { install, runProgram, typecheck, withConsumer } from './consumer.mjs';
import { packAll } from './pack.mjs';
import { root } from './workspace.mjs';

/** TypeScript from the oldest that the packages' types are for to the newest. */
const compilers = ['typescript-5.0', 'typescript-5.9', 'typescript', 'typescript-7.0'];

/**
 * Installs the tarballs of all public packages into a fresh folder, with the runtimes the adapters ask for,
 * and uses them there: programs of integrations/node-esm, types of integrations/types.
 */
export async function checkIntegrations() {
  const packed = await packAll();
  const programs = join(root, 'integrations', 'node-esm');
  const types = join(root, 'integrations', 'types');
  return withConsumer(async (folder) => {
    const installed = await install(folder, [...packed.map(({ tarball }) => tarball), ...peersOf(packed)]);
    if (installed.outcome === 'failed') return [installed];
    const findings = [installed];
    for (const name of readdirSync(programs).sort()) {
      findings.push(await runProgram(folder, join(programs, name)));
    }
    for (const compiler of compilers) {
      for (const config of ['tsconfig.nodenext.json', 'tsconfig.bundler.json', 'tsconfig.webgpu.json']) {
        findings.push(await typecheck(folder, types, config, compiler));
      }
    }
    return findings;
  });
}

/**
 * The peer dependencies in the versions that the packages themselves test with, which npm's cache holds.
 *
 * @param {readonly import('./pack.mjs').Packed[]} packed
 */
function peersOf(packed) {
  const specs = packed.flatMap(({ workspace: { manifest } }) =>
    Object.entries(manifest.peerDependencies ?? {}).map(
      ([name, range]) => `${name}@${manifest.devDependencies?.[name] ?? range}`,
    ),
  );
  return [...new Set(specs)];
}
