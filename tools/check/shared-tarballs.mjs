// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For a run of tests: a folder where whoever packs first leaves the tarballs for all (tools/check/pack.mjs). */
export default function shareTarballs() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-tarballs-'));
  process.env.SYNAPRUNE_TARBALLS = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
