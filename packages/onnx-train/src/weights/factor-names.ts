/** The names of the factors of a kernel's adapter. */
export const factorNames = (weight: string): { readonly a: string; readonly b: string } => ({
  a: `${weight}.lora_A`,
  b: `${weight}.lora_B`,
});

/** The kernel whose adapter a name says to be a factor of; undefined where it says none. */
export const kernelOfFactor = (name: string): string | undefined => /^(.+)\.lora_[AB]$/s.exec(name)?.[1];
