/** Stands in for `synaprune-devices` in a page, which has WebGPU of its own. */
export async function openDawn(): Promise<{ driver: string; close(): void } | { readonly missing: string }> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter == null) return { missing: 'this browser gives no WebGPU adapter' };
  const { vendor, architecture } = adapter.info;
  return { driver: `${vendor} ${architecture} in Chromium`, close: () => {} };
}
