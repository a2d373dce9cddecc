export { findChromium } from './chromium.mjs';
export { openDawn } from './dawn.mjs';
export { findVulkanDriver } from './vulkan.mjs';
