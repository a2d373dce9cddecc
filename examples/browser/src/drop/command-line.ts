/** A command for a terminal, and where it comes from while no registry has it. */
export const inTerminal = (command: string): string =>
  `npx synaprune ${command} (until that is released, in a clone: npm run synaprune -- ${command})`;
