/** Real devices for tests: Dawn in Node, and headless Chromium. */
/** WebGPU in this process. */
export interface OpenDawn {
  readonly gpu: GPU;
  /** The adapter's name and where its driver comes from. */
  readonly driver: string;
  /** Takes `navigator.gpu` away, so that the process can end. Destroy the devices first. */
  close(): void;
}

/** Why there is no device, and the command that would help. */
export interface MissingDevice {
  readonly missing: string;
}

/**
 * Sets the globals of WebGPU and `navigator.gpu` on the best Vulkan driver that really gives an adapter. A software device
 * is asked for its results with pauses, unless `measuring`: it computes on the cores that would ask.
 *
 * @example
 * ```ts no-run
 * const dawn = await openDawn();
 * describe.skipIf('missing' in dawn)('kernels', () => {});
 * ```
 */
export declare function openDawn(options?: {
  readonly measuring?: boolean;
}): Promise<OpenDawn | MissingDevice>;

/** A software Vulkan driver: its name for a reader, and its manifest as `VK_DRIVER_FILES` takes it. */
export interface VulkanDriver {
  readonly name: string;
  readonly icd: string;
}

/** The software driver that Dawn would use; undefined also where `libvulkan.so.1` cannot be loaded. */
export declare function findVulkanDriver(): VulkanDriver | undefined;

/** The path of a Chromium: `CHROMIUM` if set, then the usual names and places. */
export declare function findChromium(): string | undefined;

declare module 'vitest' {
  interface ProvidedContext {
    /** The part of the conformance kit where not all of it runs: an eighth, or all of it under `npm test -- --whole`. */
    readonly kitPart: { readonly number: number; readonly of: number };
    /** Half of that, where another test runs that part by the same kernels; all of it under `--whole`. */
    readonly kitSmoke: { readonly number: number; readonly of: number };
    /** A quarter of that, on WebGPU in Chromium: a case of every law at least; all of it under `--whole`. */
    readonly kitGlance: { readonly number: number; readonly of: number };
    /** Whether what repeats is run again, on more seeds and devices: `npm test -- --whole`. */
    readonly whole: boolean;
  }
}
