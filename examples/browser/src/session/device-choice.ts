import { type Chosen, chooseDevice } from '../device/choose-device';
import { DEVICE_TITLES, type Device } from '../device/devices';

/** Which device the session uses, what was asked for, and which ones have gone. */
export interface DeviceChoice {
  wanted(): Device | null;
  /** `null` before the first pick. */
  chosen(): Chosen | null;
  /** Asks for another one; `null` is the best there is. */
  want(device: Device | null): void;
  /**
   * Puts the best device to use that is left, and says when it is not the one asked for.
   *
   * @throws Error when nothing here can train
   */
  pick(): Promise<void>;
  /** The device has gone: it is not picked again. */
  lose(device: Device, why: string): void;
}

export function createDeviceChoice(first: Device | null, complain: (text: string) => void): DeviceChoice {
  const lost = new Map<Device, string>();
  let wanted = first;
  let chosen: Chosen | null = null;
  return {
    wanted: () => wanted,
    chosen: () => chosen,
    want(device) {
      wanted = device;
    },
    async pick() {
      chosen = await chooseDevice(wanted, lost);
      if (chosen.refused !== null) {
        complain(`${chosen.refused} This page uses ${DEVICE_TITLES[chosen.device]} instead.`);
      }
    },
    lose(device, why) {
      lost.set(device, why);
      wanted = null;
    },
  };
}
