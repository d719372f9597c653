/** As in package.json, which JSR's form of the library is without; the build refuses one that differs. */
export const version = "0.1.0";
