import { type TfjsBackend, tfjsBackend } from '@synaprune/tfjs';
import type { Device } from './device/devices';

/**
 * The one place that decides who finds, drops and zeroes the weights; called once the device is tfjs's current
 * backend. On WebGPU they are worked on in their own GPU buffers.
 */
export async function pruningBackend(device: Device): Promise<TfjsBackend> {
  if (device !== 'webgpu') return tfjsBackend();
  const { tfjsWebgpuBackend } = await import('@synaprune/tfjs-webgpu');
  return tfjsWebgpuBackend();
}
