import { generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Quirks } from "./quirks.ts";

export type TokenUse = "api" | "login" | "2fa";

/** Signs and checks the portal's JWTs (EdDSA), with a pair of keys of its own. */
export class Tokens {
  readonly #pair = generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  readonly #quirks: Quirks;
  readonly #now: () => number;

  /** @param now milliseconds by the portal's own clock */
  constructor(quirks: Quirks, now: () => number) {
    this.#quirks = quirks;
    this.#now = now;
  }

  /** A signed token. Claims replace what it would hold; `undefined` removes a claim. */
  async sign(use: TokenUse, userId: number, claims: Record<string, unknown> = {}): Promise<string> {
    const quirks = this.#quirks;
    const seconds = Math.floor(this.#now() / 1000);
    const ttl = {
      api: quirks.keyTtlSeconds,
      login: quirks.loginTtlSeconds,
      "2fa": quirks.otpTokenTtlSeconds,
    };
    const payload: Record<string, unknown> = {
      iss: quirks.domain,
      sub: String(userId),
      aud: quirks.audience === "array" ? [use] : use,
      exp: seconds + ttl[use],
      ...(quirks.issuedAt ? { iat: seconds, nbf: seconds } : {}),
      ...(use === "login" ? { session: crypto.randomUUID() } : {}),
      ...claims,
    };
    for (const [name, value] of Object.entries(payload)) if (value === undefined) delete payload[name];
    const { privateKey } = await this.#pair;
    return new SignJWT(payload as JWTPayload)
      .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
      .sign(privateKey);
  }

  /**
   * The claims of a token whose signature, audience and end are right.
   * @param issuer also who has to have issued it; the other Pinner services do not ask
   */
  async verify(token: string, use: TokenUse, issuer?: string): Promise<JWTPayload | undefined> {
    try {
      const { publicKey } = await this.#pair;
      const currentDate = new Date(this.#now());
      const asked = issuer === undefined ? {} : { issuer };
      return (await jwtVerify(token, publicKey, { audience: use, currentDate, ...asked })).payload;
    } catch {
      return undefined;
    }
  }
}
