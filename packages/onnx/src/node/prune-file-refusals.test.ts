import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { create, decodeModel, encodeModel, TensorProtoSchema } from '../index.js';
import { pruneOnnxFile } from '../node.js';
import { folder, model, options, out, useModelFolder, writeModel } from '../testing/model-folder.js';

useModelFolder();

describe('pruneOnnxFile refuses', () => {
  afterEach(() => expect(readdirSync(join(folder, 'out'), { recursive: true })).toEqual([]));
  const refusal = async (code: string, message: RegExp, more: object = {}) =>
    await expect(pruneOnnxFile(model, { ...options, out, ...more })).rejects.toMatchObject({
      name: 'PruneError',
      code,
      message: expect.stringMatching(message),
    });

  it('external data that was not asked for', async () => {
    writeModel();
    await refusal('external-data', /graph\/second/, { externalData: false });
  });

  it.each([
    ['an absolute path', '/etc/passwd', /absolute/],
    ['a way up', '../weights.bin', /leads out/],
    ['a way up, further in', 'parts/../../weights.bin', /leads out/],
    ['a NUL', 'weights.bin\0x', /NUL/],
    ['a backslash', '..\\weights.bin', /backslash/],
    ['a drive', 'C:weights.bin', /no relative path/],
    ['a URL', 'file:///etc/passwd', /no relative path/],
    ['a mark of a runtime', '*/_ORT_MEM_ADDR_/*', /no relative path/],
    ['no name', '', /names no file/],
    ['only a folder', 'parts/', /names no file/],
    ['a folder', 'parts', /no plain file/],
    ['a missing file', 'missing.bin', /which is not there$/],
    ['a missing folder', 'missing/weights.bin', /which is not there$/],
    ['the model itself', 'model.onnx', /which has|model itself/],
  ])('%s', async (_, location, message) => {
    writeModel({ location });
    await refusal('external-data', message);
  });

  it.each([
    ['a negative offset', { offset: '-16' }, /offset "-16"/],
    ['an offset that is none', { offset: '0x10' }, /offset/],
    ['an offset past the end', { offset: '999999999999999' }, /which has 533/],
    ['an offset that no number can hold', { offset: '9'.repeat(40) }, /offset/],
    ['a length that the shape does not need', { length: '516' }, /need 512/],
    ['a huge length', { length: '9007199254740991' }, /need 512/],
  ])('%s', async (_, entries, message) => {
    writeModel(entries);
    await refusal('external-data', message);
  });

  it('a file that is too short', async () => {
    writeModel({}, 'weights.bin', 400);
    await refusal('external-data', /bytes 16 to 528 of "weights.bin", which has 400/);
  });

  it('symbolic links, to a file or to its folder', async () => {
    writeModel();
    symlinkSync(join(folder, 'in/parts/weights.bin'), join(folder, 'in/link.bin'));
    symlinkSync(join(folder, 'in/parts'), join(folder, 'in/linked'));
    writeModel({ location: 'link.bin' });
    await refusal('external-data', /symbolic link/);
    writeModel({ location: 'linked/weights.bin' });
    await refusal('external-data', /symbolic link/);
  });

  it('hard links', async () => {
    writeModel();
    linkSync(join(folder, 'in/parts/weights.bin'), join(folder, 'elsewhere.bin'));
    await refusal('external-data', /hard link/);
  });

  it('tensors that share bytes with one that changes', async () => {
    writeModel();
    const shared = decodeModel(readFileSync(model));
    const [, tensor] = shared.graph!.initializer;
    shared.graph!.initializer.push(
      create(TensorProtoSchema, {
        ...tensor!,
        name: 'third',
        dims: [4n, 4n],
        externalData: [
          { key: 'location', value: 'parts/weights.bin' },
          { key: 'offset', value: '524' },
        ],
        $typeName: undefined as never,
      }),
    );
    writeFileSync(model, encodeModel(shared));
    writeFileSync(join(folder, 'in/parts/weights.bin'), new Uint8Array(2000));
    await refusal('external-data', /too$/);
  });

  it('a path that ends in a dot, which names a folder', async () => {
    writeModel();
    await refusal('file-failed', /cannot be written/, { out: `${join(folder, 'out')}/.` });
    await refusal('file-failed', /cannot be written/, { out: `${join(folder, 'out/none')}/..` });
  });

  it('another name in the same folder, which would share the data', async () => {
    writeModel();
    await refusal('external-data', /another folder/, { out: join(folder, 'in/other.onnx') });
    expect(readdirSync(join(folder, 'in'))).toEqual(['model.onnx', 'parts']);
  });

  it('a model or a folder that is not there', async () => {
    await refusal('file-failed', /which is not there$/);
    writeModel();
    await refusal('file-failed', /folder of .*make it first/, { out: join(folder, 'nowhere/pruned.onnx') });
  });

  it('a broken model, and options that cannot be right', async () => {
    writeFileSync(model, 'not a model');
    await refusal('bad-model', /needed is an ONNX model, got text/);
    await expect(pruneOnnxFile(model, { sparsity: 0.5 } as never)).rejects.toThrow(TypeError);
    const wrong = { score: (() => 0) as never, out: '', externalData: 'yes' as never };
    for (const [name, value] of Object.entries(wrong)) {
      await expect(pruneOnnxFile(model, { ...options, out, [name]: value })).rejects.toThrow(TypeError);
    }
  });

  it('to leave anything behind when the last file cannot be put in its place', async () => {
    writeModel();
    mkdirSync(join(folder, 'taken', 'pruned.onnx'), { recursive: true });
    await refusal('file-failed', /cannot be written/, { out: join(folder, 'taken/pruned.onnx') });
    expect(readdirSync(join(folder, 'taken'), { recursive: true }).sort()).toEqual(['pruned.onnx']);
  });
});
