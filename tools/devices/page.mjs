// @ts-check
/**
 * What a page gets of `synaprune-devices`: it has WebGPU of its own.
 *
 * @returns {Promise<import('./index.mjs').OpenDawn | import('./index.mjs').MissingDevice>}
 */
export async function openDawn() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter == null) return { missing: 'this browser gives no WebGPU adapter' };
  const { vendor, architecture, description } = adapter.info;
  const driver = [vendor, architecture, description].filter(Boolean).join(' ');
  return { gpu: navigator.gpu, driver: `${driver} in Chromium`, close: () => {} };
}
