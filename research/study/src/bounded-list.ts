import { z } from 'zod';

/**
 * A list of at most `most` items. It ends at the first bad one: a file may hold millions of these, and a complaint
 * about each would take more memory than the file.
 */
export function boundedList<Item extends z.ZodType>(
  item: Item,
  most: number,
): z.ZodType<readonly z.output<Item>[]> {
  return z.custom<readonly unknown[]>().transform((value, context) => {
    if (!Array.isArray(value)) {
      const got = value === null ? 'null' : typeof value;
      context.addIssue({ code: 'custom', message: `Invalid input: expected array, received ${got}` });
      return z.NEVER;
    }
    if (value.length > most) {
      context.addIssue({ code: 'custom', message: `needs at most ${most} items, got ${value.length}` });
      return z.NEVER;
    }
    const items: z.output<Item>[] = [];
    for (const [i, given] of value.entries()) {
      const result = item.safeParse(given);
      if (!result.success) {
        const [issue] = result.error.issues;
        context.addIssue({
          code: 'custom',
          path: [i, ...(issue?.path ?? [])],
          message: issue?.message ?? 'not as needed',
        });
        return z.NEVER;
      }
      items.push(result.data);
    }
    return items;
  });
}
