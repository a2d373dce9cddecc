import { createRequire } from 'node:module';
import { GlobalFonts } from '@napi-rs/canvas';

/** A font to draw with, by the name it is registered under. */
export type Font = string;

/** Fonts of training lines, and others for the lines that measure. From the npm packages `@fontsource/*`. */
const FONTS = {
  training: ['roboto', 'lora', 'open-sans', 'merriweather', 'source-code-pro', 'libre-baskerville'],
  heldOut: ['inter', 'crimson-text', 'fira-mono'],
} as const;

const STYLES = ['400-normal', '700-normal'] as const;

/**
 * Registers the fonts of one part, each regular and bold.
 *
 * @throws Error when a file is missing or is no font
 */
export function registerFonts(part: keyof typeof FONTS): readonly Font[] {
  const { resolve } = createRequire(import.meta.url);
  return FONTS[part].flatMap((family) =>
    STYLES.map((style) => {
      const path = resolve(`@fontsource/${family}/files/${family}-latin-${style}.woff2`);
      // A name of its own: a font of the system must never stand in for it.
      const name = `drawn ${family} ${style}`;
      if (GlobalFonts.registerFromPath(path, name) === null) throw new Error(`${path} is no font`);
      return name;
    }),
  );
}
