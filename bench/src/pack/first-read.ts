import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measure, type Timing } from '../measure.js';

const script = fileURLToPath(new URL('./first-read-child.js', import.meta.url));

/** What the first file costs that a process reads, packed and zipped: nothing of it is compiled yet. */
export async function measureFirstRead(
  packed: Uint8Array,
  zipped: Uint8Array,
  samples: number,
): Promise<{ readonly unpacking: Timing; readonly unzipping: Timing }> {
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-bench-pack-'));
  const candidate = async (work: 'unpack' | 'gunzip', name: string, bytes: Uint8Array) => {
    const path = join(folder, work);
    await writeFile(path, bytes);
    return {
      name,
      runElsewhere: async () =>
        Number((await promisify(execFile)(process.execPath, [script, work, path])).stdout),
    };
  };
  try {
    const [unpacking, unzipping] = await measure(
      [
        await candidate('unpack', 'unpack at 90 %, the first of a process', packed),
        await candidate('gunzip', "the first gunzip by the platform's stream, and load", zipped),
      ],
      { samples, warmups: 1 },
    );
    return { unpacking: unpacking!, unzipping: unzipping! };
  } finally {
    await rm(folder, { recursive: true });
  }
}
