// For the bundler (tsconfig.build.json): of ofetch its `createFetch` alone. Its index makes a client of its own when it is
// loaded, so that no bundler can leave it out of a program that uses something else of the library.
// @ts-expect-error: that file has no types of its own; ofetch has them.
export { c as createFetch } from "../../node_modules/ofetch/dist/shared/ofetch.CWycOUEr.mjs";
