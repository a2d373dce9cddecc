import type { ViteUserConfig } from 'vitest/config';

/** Vitest's configuration for a package's tests in Node, with the limits that all share. */
export declare function unitTests(more?: ViteUserConfig): ViteUserConfig;
