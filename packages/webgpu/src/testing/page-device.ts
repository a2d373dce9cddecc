/** Stands in for `synaprune-devices` in a page: the page's own WebGPU. */
export async function openDawn(): Promise<
  { gpu: GPU; driver: string; close(): void } | { readonly missing: string }
> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter == null) return { missing: 'this browser gives no WebGPU adapter' };
  const { vendor, architecture, description } = adapter.info;
  const driver = [vendor, architecture, description].filter(Boolean).join(' ');
  return { gpu: navigator.gpu, driver: `${driver} in Chromium`, close: () => {} };
}
