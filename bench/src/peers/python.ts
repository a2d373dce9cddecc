import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What Python is asked to do. */
export type PythonWork = 'numpy.partition' | 'numpy.partition, mask, multiply' | 'torch global_unstructured';

/** Versions of what was found; a field is missing where there is none. */
export interface PythonVersions {
  readonly python?: string;
  readonly numpy?: string;
  readonly torch?: string;
}

/** A Python with peers in it. */
export interface Python {
  readonly versions: PythonVersions;
  /** Why that work cannot be measured, if it cannot. */
  readonly missing: (work: PythonWork) => string | undefined;
  /** Hands over the weights that all further work is about. */
  readonly load: (tensors: readonly Float32Array[]) => Promise<void>;
  /** CPU nanoseconds that the work took, on fresh copies of the weights, in one thread. */
  readonly time: (work: PythonWork, count: number) => Promise<number>;
  readonly close: () => void;
}

const PROBE = `
import json, sys
found = {"python": sys.version.split()[0]}
for name in ("numpy", "torch"):
    try:
        found[name] = __import__(name).__version__
    except Exception:
        pass
print(json.dumps(found))`;

/**
 * Looks for a Python that has numpy, better still torch too.
 *
 * @param path the one to use; every `python3` on the PATH is tried unless told
 */
export function findPython(path?: string): Python {
  const candidates = path === undefined ? onPath('python3') : [path];
  const probed = candidates.map((command) => ({ command, versions: probe(command) }));
  const count = ({ versions }: { versions: PythonVersions }) => Object.keys(versions).length;
  const best = probed.sort((a, b) => count(b) - count(a))[0];
  const versions = best?.versions ?? {};
  let running: Conversation | undefined;
  const conversation = () => {
    running ??= converse(best!.command);
    return running;
  };
  return {
    versions,
    missing(work) {
      if (versions.python === undefined) return 'there is no python3';
      if (versions.numpy === undefined) return 'python3 has no numpy';
      return work.startsWith('torch') && versions.torch === undefined ? 'python3 has no torch' : undefined;
    },
    async load(tensors) {
      const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-'));
      try {
        const file = join(folder, 'weights.f32');
        await writeFile(
          file,
          tensors.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
        );
        await conversation().ask({ do: 'load', path: file, sizes: tensors.map(({ length }) => length) });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    async time(work, count) {
      const { nanoseconds } = await conversation().ask({ do: work, count });
      return nanoseconds as number;
    },
    close: () => running?.close(),
  };
}

function onPath(command: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, command))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function probe(command: string): PythonVersions {
  const { status, stdout } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', timeout: 60_000 });
  try {
    return status === 0 ? (JSON.parse(stdout) as PythonVersions) : {};
  } catch {
    return {};
  }
}

interface Conversation {
  readonly ask: (request: object) => Promise<Record<string, unknown>>;
  readonly close: () => void;
}

function converse(command: string): Conversation {
  const script = fileURLToPath(new URL('../../python/peers.py', import.meta.url));
  const one = Object.fromEntries(
    ['OMP', 'MKL', 'OPENBLAS'].map((library) => [`${library}_NUM_THREADS`, '1']),
  );
  const child: ChildProcess = spawn(command, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...one },
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin!.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ended instead of answering`);
      return JSON.parse(value) as Record<string, unknown>;
    },
    close: () => child.stdin!.end(),
  };
}
