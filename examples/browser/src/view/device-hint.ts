import { DEVICE_TITLES } from '../device/devices';
import type { SessionState } from '../session/state';
import { byId, make, setText } from './elements';

/** What is in use and why nothing better is, in plain words; what drivers say themselves is folded away. */
export function showDeviceHint({ chosen, phase }: SessionState): void {
  setText(
    byId('device-hint'),
    chosen === null
      ? phase === 'unusable'
        ? 'Nothing here can train.'
        : 'Looking for the best device …'
      : [`In use: ${DEVICE_TITLES[chosen.device]}.`, ...chosen.passed].join(' '),
  );
  const details = chosen?.details ?? [];
  byId('device-details').hidden = details.length === 0;
  byId('device-says').replaceChildren(...details.map((text) => make('li', text)));
}
