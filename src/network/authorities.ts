import { readFile } from "node:fs/promises";

/** `NODE_EXTRA_CA_CERTS` names something else than a file of certificates. */
export class InvalidAuthoritiesError extends Error {
  override readonly name = "InvalidAuthoritiesError";
}

/**
 * Bun and Deno would warn on stderr in words of their own, and then go without.
 * @throws {InvalidAuthoritiesError}
 */
export async function checkAuthorities(path: string): Promise<void> {
  const text = await readFile(path, "latin1").catch((cause: NodeJS.ErrnoException) => {
    throw new InvalidAuthoritiesError(`NODE_EXTRA_CA_CERTS: ${path} cannot be read (${cause.code})`);
  });
  if (!text.includes("-----BEGIN"))
    throw new InvalidAuthoritiesError(`NODE_EXTRA_CA_CERTS: ${path} holds no certificate in PEM`);
}
