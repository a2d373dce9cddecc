// @ts-check

/** How long a device is left alone before it is asked again: less than one reading takes a software device. */
const pauseMilliseconds = 0.2;

/**
 * Dawn asks by `setImmediate` whether its device has finished anything, without a pause: half of what the tests of a
 * software device take, on the cores that the device computes on. From here on such a call sleeps for a moment first.
 *
 * @returns {() => void} takes it back
 */
export function pauseBeforePolling() {
  const before = globalThis.setImmediate;
  const never = new Int32Array(new SharedArrayBuffer(4));
  const patient = new Proxy(before, {
    apply(setImmediate, self, [callback, ...values]) {
      if (!isAddon(callback)) return Reflect.apply(setImmediate, self, [callback, ...values]);
      const poll = () => {
        Atomics.wait(never, 0, 0, pauseMilliseconds);
        callback(...values);
      };
      return Reflect.apply(setImmediate, self, [poll]);
    },
  });
  globalThis.setImmediate = patient;
  return () => {
    if (globalThis.setImmediate === patient) globalThis.setImmediate = before;
  };
}

/** Whether an addon made it: it has no name, and a bound one has. @param {unknown} callback */
function isAddon(callback) {
  return typeof callback === 'function' && callback.name === '' && `${callback}`.includes('[native code]');
}
