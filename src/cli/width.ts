import truncate from "fast-string-truncated-width";

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => truncate(text, {}, {}).width;
