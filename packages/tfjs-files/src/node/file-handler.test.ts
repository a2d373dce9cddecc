import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeTfjs } from '../files/decode-tfjs.js';
import { languageFiles, languageFolder } from '../testing/language-model.js';
import { tfjsFileHandler } from './file-handler.js';

it('loads what lies on disk, and saves it where there was no folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'synaprune-tfjs-'));
  try {
    const { json, shards } = languageFiles();
    const artifacts = await tfjsFileHandler(join(languageFolder, 'model.json')).load();
    expect(artifacts).toEqual(decodeTfjs(json, shards));
    const copy = tfjsFileHandler(join(folder, 'new', 'model.json'));
    const { modelArtifactsInfo } = await copy.save(artifacts);
    expect(modelArtifactsInfo.modelTopologyType).toBe('JSON');
    expect((await readdir(join(folder, 'new'))).sort()).toEqual(
      [...Object.keys(shards), 'model.json'].sort(),
    );
    expect((await copy.load()).weightData).toEqual(artifacts.weightData);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('refuses what is no path', () => {
  expect(() => tfjsFileHandler('')).toThrow(/needs the path of a model\.json, got/);
  expect(() => tfjsFileHandler('file:///models/model.json')).toThrow(/fileURLToPath/);
});
