import type { NamedMask, Pruner, PruningReport, UpdateResult } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';

/** An update that chooses among all elements, dropped ones too. When it fails, the masks are as they were. */
export async function updateAnew(pruner: Pruner, position: number): Promise<UpdateResult> {
  const masks = await pruner.masks();
  if (masks.every(({ kept, shape }) => kept === elementsOf(shape))) return pruner.update(position);
  const before = await pruner.save();
  await pruner.restore(masks.map(full));
  try {
    return await pruner.update(position);
  } catch (error) {
    await pruner.restore(before);
    throw error;
  }
}

/** A report that does not tell that what is dropped is not zero: of dense weights it is no news. */
export async function reportDense(pruner: Pruner): Promise<PruningReport> {
  const report = await pruner.report();
  return { ...report, notices: report.notices.filter(({ code }) => code !== 'dropped-not-zero') };
}

function full({ name, shape, bits }: NamedMask): NamedMask {
  const elements = elementsOf(shape);
  const all = new Uint8Array(bits.length).fill(255);
  if (elements % 8 > 0) all[all.length - 1] = (1 << (elements % 8)) - 1;
  return { name, shape, kept: elements, bits: all };
}
