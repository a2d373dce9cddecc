import { openDawn } from 'synaprune-devices';
import { afterAll, expect, it } from 'vitest';
import { createReadPass, createReadWritePass } from './passes.js';
import { readBack } from './read-back.js';

const dawn = await openDawn();

if ('missing' in dawn) {
  it.skip(`passes over weights (${dawn.missing})`, () => {});
} else {
  const device = await (await dawn.gpu.requestAdapter())!.requestDevice();
  afterAll(() => {
    device.destroy();
    dawn.close();
  });

  const storage = (words: Uint32Array<ArrayBuffer>) => {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: words.byteLength, usage });
    device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  };
  const wordsOf = async (buffer: GPUBuffer) => new Uint32Array(await readBack(device, buffer));
  const KEY = 0x80000001;

  it.each([1, 255, 8192, 20_001])('the read-write pass writes each of %d elements once', async (elements) => {
    const before = Uint32Array.from({ length: elements + 3 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const buffer = storage(before);
    createReadWritePass(device, { buffer, elements, key: KEY }).submit();
    const expected = before.map((word, i) => (i < elements ? word ^ KEY : word));
    expect(await wordsOf(buffer)).toEqual(expected);
  });

  it('the read-write pass leaves everything as it was with the key of the bench', async () => {
    const before = Uint32Array.from({ length: 9000 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const buffer = storage(before);
    createReadWritePass(device, { buffer, elements: 9000, key: 0 }).submit();
    expect(await wordsOf(buffer)).toEqual(before);
  });

  it.each([0, 300, 8191, 8192, 20_000])('the read pass meets element %d', async (place) => {
    const [elements, found] = [20_001, storage(Uint32Array.of(0))];
    const buffer = storage(Uint32Array.from({ length: elements }, (_, i) => (i === place ? KEY : 0)));
    const pass = createReadPass(device, { buffer, elements, key: KEY, found });
    pass.submit();
    expect(await wordsOf(found)).toEqual(Uint32Array.of(1));
    device.queue.writeBuffer(buffer, 4 * place, Uint32Array.of(0));
    device.queue.writeBuffer(found, 0, Uint32Array.of(0));
    pass.submit();
    expect(await wordsOf(found)).toEqual(Uint32Array.of(0));
  });
}
