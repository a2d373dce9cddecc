import type { Device } from './devices';

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** What a graphics device calls itself, and whether it is a program on the processor pretending to be one. */
export interface Graphics {
  readonly name: string;
  readonly emulated: boolean;
}

/** Looks at a graphics device without starting it; `null` where there is none, or the device is no graphics. */
export async function inspectGraphics(device: Device): Promise<Graphics | null> {
  if (device === 'webgpu') return inspectWebgpu();
  return device === 'webgl' ? inspectWebgl() : null;
}

async function inspectWebgpu(): Promise<Graphics | null> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter == null) return null;
  const { vendor, architecture, description } = adapter.info;
  const name = description || [vendor, architecture].filter((part) => part !== '').join(' ');
  const fallback = (adapter.info as { readonly isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  return { name, emulated: fallback || SOFTWARE.test(`${vendor} ${architecture} ${description}`) };
}

function inspectWebgl(): Graphics | null {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) return null;
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return { name, emulated: SOFTWARE.test(name) };
}
