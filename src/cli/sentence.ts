/** How a part of a sentence is written at its beginning, and within it. */
export const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
export const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
