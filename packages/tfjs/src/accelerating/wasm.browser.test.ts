import { testAcceleration } from '../testing/accelerated-in-chromium.js';
import { useInChromium } from '../testing/use-in-chromium.js';

await useInChromium('wasm');
testAcceleration();
