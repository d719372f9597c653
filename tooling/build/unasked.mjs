// For the bundler (tsconfig.build.json): in place of what ofetch imports for things that the client does not ask of it.
// The client writes its own queries, has no base URL, and reads answers itself.

function unasked() {
  throw new Error("this part of ofetch is not in the build");
}

/** In place of `destr`, which parses answers. */
export default unasked;
/** In place of two functions of `ufo`. */
export { unasked as withBase, unasked as withQuery };
