/** How every bar of the terminal looks, as cli-progress takes it. */
export const BAR_LOOK = { barCompleteChar: '━', barIncompleteChar: '─', hideCursor: true } as const;
