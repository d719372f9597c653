import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { need } from "./install.ts";

/** A certificate authority that nobody knows, made by openssl. */
export interface Authority {
  /** Its certificate's file. */
  path: string;
  /** A server's certificate that it vouches for, for names such as `IP:127.0.0.1` or `DNS:example.com`. */
  issue(...names: string[]): Promise<{ key: string; cert: string }>;
}

const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Not a certificate that vouches for itself, as others do in tests: Deno takes none of those for a server's. */
export async function createAuthority(parent: string): Promise<Authority> {
  need("the tests of TLS", "openssl");
  const directory = join(parent, "authority");
  await mkdir(directory, { recursive: true });
  const path = join(directory, "authority.pem");
  const ownKey = join(directory, "authority.key");
  const ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
  await Bun.$`openssl req -x509 ${key} -days 2 -subj /CN=authority ${ca} -keyout ${ownKey} -out ${path}`.quiet();
  let serial = 0;
  return {
    path,
    async issue(...names) {
      serial++;
      const file = (kind: string) => join(directory, `${serial}.${kind}`);
      await Bun.$`openssl req ${key} -subj /CN=server -keyout ${file("key")} -out ${file("csr")}`.quiet();
      await writeFile(
        file("ext"),
        `subjectAltName=${names.join(",")}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
      );
      await Bun.$`openssl x509 -req -in ${file("csr")} -CA ${path} -CAkey ${ownKey} -set_serial ${serial} -days 2 -extfile ${file("ext")} -out ${file("pem")}`.quiet();
      return { key: await Bun.file(file("key")).text(), cert: await Bun.file(file("pem")).text() };
    },
  };
}
