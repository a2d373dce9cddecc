import { type TfjsBackend, tfjsBackend } from '@synaprune/tfjs';

/** The one place that decides who prunes: called once the tfjs backend of that name is current. */
export async function pruningBackend(_device: string): Promise<TfjsBackend> {
  return tfjsBackend();
}
