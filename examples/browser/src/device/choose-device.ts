import { DEVICE_TITLES, DEVICES, type Device } from './devices';
import { inspectGraphics } from './emulated';
import { type Refusal, useDevice } from './use-device';

/** What is in use, and why nothing better is. */
export interface Chosen {
  readonly device: Device;
  /** One sentence for each device that was passed over. */
  readonly passed: readonly string[];
  /** What devices and drivers say themselves, for those who ask. */
  readonly details: readonly string[];
  /** Set when the device that was asked for cannot be used. */
  readonly refused: string | null;
}

/**
 * Puts the best device to use: the one asked for, else WebGPU, WebGL, WebAssembly and plain JavaScript in this
 * order. Emulated graphics are slower than WebAssembly, so they have to be asked for.
 *
 * @param wanted `null` for the best
 * @param lost devices that are not to be tried again, and what they said when they went
 * @throws Error when none can be used
 */
export async function chooseDevice(
  wanted: Device | null,
  lost: ReadonlyMap<Device, string>,
): Promise<Chosen> {
  const [passed, details]: [string[], string[]] = [[], []];
  let refused: string | null = null;
  const order = wanted === null ? DEVICES : [wanted, ...DEVICES.filter((device) => device !== wanted)];
  for (const device of order) {
    const asked = device === wanted;
    const graphics = lost.has(device) ? null : await inspectGraphics(device).catch(() => null);
    if (graphics !== null) details.push(`${DEVICE_TITLES[device]} calls itself ${graphics.name}.`);
    const refusal: Refusal | null = lost.has(device)
      ? { words: 'it was lost; reload the page to use it again', detail: lost.get(device)! }
      : graphics?.emulated && !asked
        ? { words: 'only emulated here, which is slower' }
        : await useDevice(device);
    if (refusal === null) return { device, passed, details, refused };
    const { words, detail = '' } = refusal;
    if (detail !== '') details.push(`${DEVICE_TITLES[device]} said: ${detail}`);
    if (asked) refused = `${DEVICE_TITLES[device]} cannot be used: ${words}.`;
    passed.push(`Not ${DEVICE_TITLES[device]}: ${words}.`);
  }
  throw new Error(`Nothing here can train. ${passed.join(' ')} Try another browser.`);
}
