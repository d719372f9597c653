import { join } from "node:path";
import { need } from "../../tooling/install.ts";

export interface Certificate {
  key: string;
  cert: string;
  /** The certificate's file: as an authority of its own, it vouches for itself. */
  path: string;
}

/** A self-signed certificate, made by openssl, for a name such as `IP:127.0.0.1` or `DNS:example.com`. */
export async function createCertificate(directory: string, name: string): Promise<Certificate> {
  need("the tests of TLS", "openssl");
  const path = join(directory, "cert.pem");
  const keyPath = join(directory, "key.pem");
  const subject = ["-subj", "/CN=pinner test", "-addext", `subjectAltName=${name}`];
  await Bun.$`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 ${subject} -keyout ${keyPath} -out ${path}`.quiet();
  return { key: await Bun.file(keyPath).text(), cert: await Bun.file(path).text(), path };
}
