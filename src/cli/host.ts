/** A service as people call it: its host alone, unless more is needed to reach it. */
export const hostOf = (endpoint: string): string => endpoint.replace(/^https:\/\/([^/]+)$/, "$1");
