import type { Format, OpenedModel } from '../formats/format';

/** A model of some format, with whatever works on it. */
export interface AnyModel {
  with<Result>(act: <Content>(model: OpenedModel<Content>) => Result): Result;
}

export function anyModel<Content>(
  format: Format<Content>,
  content: Content,
  name: string,
  lines = false,
): AnyModel {
  return { with: (act) => act({ format, content, name, lines }) };
}
