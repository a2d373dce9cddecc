import { registerConformance } from '@synaprune/conformance';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createHarness } from './testing/harness.js';
import { useDawn } from './testing/use-dawn.js';

const dawn = await useDawn();

if ('missing' in dawn) {
  it.skip(`conformance on WebGPU in Node (${dawn.missing})`, () => {});
} else {
  // Everything that the kernels can be made to do otherwise, in turn; masks depend on none of it.
  const plain = { device: await dawn.device(), subgroups: false };
  registerConformance(
    createHarness(`webgpu, ${dawn.driver}`, plain),
    { describe, it },
    inject('whole') ? {} : { mostElements: 2 ** 20 },
  );
  // Subgroups change how kernels count and choose, and how many weights a dispatch takes where its arguments lie: what is
  // saved and said (laws 4 to 9) depends on neither. A page's kit has subgroups with dispatches as large as they get.
  const most = { weightsPerDispatch: 2, bindingBytes: 2 ** 16 };
  const tight = dawn.subgroups
    ? { device: await dawn.device({ requiredFeatures: ['subgroups'] }), most }
    : { ...plain, most };
  registerConformance(
    createHarness(
      `webgpu, two weights a dispatch, small bindings, behind 100 bytes, subgroups: ${dawn.subgroups}`,
      tight,
      { byteOffset: 100 },
    ),
    { describe, it },
    { mostElements: 2 ** 18, laws: [1, 2, 3, 5, 6], part: inject('kitPart') },
  );
  if (!dawn.subgroups) it.skip('conformance with subgroups (the adapter has none)', () => {});
  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
  afterAll(() => dawn.close());
}
