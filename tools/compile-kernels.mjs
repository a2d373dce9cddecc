// @ts-check
/*
 * Compiles an AssemblyScript file, and those it imports, to one module of WASM SIMD:
 * `node tools/compile-kernels.mjs FROM TO`, and others by more pairs, for the compiler takes longer to load than to
 * compile. The module imports its memory and owns nothing. Where TO ends in .ts it becomes a module that holds the bytes
 * in hexadecimal digits, so that a package needs no file beside its modules and fetches nothing. Compressed, as pages are sent, digits weigh a quarter less than base64, which hides what repeats.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import asc from 'assemblyscript/asc';

const FLAGS = [
  '--runtime',
  'stub',
  '--importMemory',
  '--noAssert',
  '--enable',
  'simd',
  '--enable',
  'bulk-memory',
];

const paths = process.argv.slice(2);
if (paths.length === 0 || paths.length % 2 !== 0) {
  throw new Error('needed pairs of paths: an AssemblyScript file and what to write');
}
for (let i = 0; i < paths.length; i += 2) await compile(String(paths[i]), String(paths[i + 1]));

/** @param {string} from @param {string} to */
async function compile(from, to) {
  const name = basename(from);
  /** @type {Uint8Array | undefined} */
  let wasm;
  const { error, stderr } = await asc.main([name, '-O3', ...FLAGS, '--outFile', 'out.wasm'], {
    // Null is how a place is said to hold no file; it looks in several.
    readFile: (asked) => readFile(join(dirname(from), asked), 'utf8').catch(() => null),
    writeFile: (_, contents) => {
      wasm = /** @type {Uint8Array} */ (contents);
    },
    listFiles: () => [],
  });
  if (error || wasm === undefined) {
    console.error(stderr.toString());
    throw error ?? new Error(`${from} compiled to nothing`);
  }
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, to.endsWith('.ts') ? asModule(name, wasm) : wasm);
}

/** @param {string} name @param {Uint8Array} bytes */
function asModule(name, bytes) {
  return `/** ${name}, compiled: ${bytes.length} bytes, in hexadecimal digits. Generated; see tools/compile-kernels.mjs. */
export const WASM_DIGITS: string =
  '${Buffer.from(bytes).toString('hex')}';
`;
}
