import { DEVICE_TITLES, DEVICES, type Device } from './devices';
import { inspectGraphics } from './emulated';
import { useDevice } from './use-device';

/** What is in use, and why nothing better is. */
export interface Chosen {
  readonly device: Device;
  /** What the graphics device calls itself. */
  readonly hardware: string | null;
  /** One sentence for each device that was passed over. */
  readonly passed: readonly string[];
  /** Set when the device that was asked for cannot be used. */
  readonly refused: string | null;
}

/**
 * Puts the best device to use: the one asked for, else WebGPU, WebGL, WebAssembly and plain JavaScript in this
 * order. Emulated graphics are slower than WebAssembly, so they have to be asked for.
 *
 * @param wanted `null` for the best
 * @param lost devices that are not to be tried again
 * @throws Error when none can be used
 */
export async function chooseDevice(wanted: Device | null, lost: ReadonlySet<Device>): Promise<Chosen> {
  const passed: string[] = [];
  let refused: string | null = null;
  const order = wanted === null ? DEVICES : [wanted, ...DEVICES.filter((device) => device !== wanted)];
  for (const device of order) {
    const asked = device === wanted;
    const graphics = lost.has(device) ? null : await inspectGraphics(device).catch(() => null);
    const reason = lost.has(device)
      ? 'it was lost; reload the page to use it again'
      : graphics?.emulated && !asked
        ? `only emulated here (${graphics.name}), which is slower`
        : await useDevice(device);
    if (reason === null) return { device, hardware: graphics?.name ?? null, passed, refused };
    if (asked) refused = `${DEVICE_TITLES[device]} cannot be used: ${reason}.`;
    passed.push(`Not ${DEVICE_TITLES[device]}: ${reason}.`);
  }
  throw new Error(`Nothing here can train. ${passed.join(' ')} Try another browser.`);
}
