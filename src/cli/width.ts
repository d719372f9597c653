import truncate from "fast-string-truncated-width";

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => truncate(text, {}, {}).width;

/** The beginning of a text, as far as it fits in so many columns. */
export const fitting = (text: string, width: number): string =>
  // What is cut off is not measured first, however long it is.
  text.slice(0, truncate(text.slice(0, width * 2), { limit: width }, {}).index);
