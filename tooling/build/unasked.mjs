// For the bundler (tsconfig.build.json): in place of what ofetch imports for things that the client does not ask of it.
// The client writes its own queries, has no base URL, and reads answers itself. What calls one of these is a TypeError.

/** In place of `destr`, which parses answers. */
export default undefined;
/** In place of two functions of `ufo`. */
export const withBase = undefined;
export const withQuery = undefined;
