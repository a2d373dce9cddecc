/** The last word of a weight's name: `kernel`. */
export function roleOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
