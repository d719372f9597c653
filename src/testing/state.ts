import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Quirks } from "./quirks.ts";
import { Tokens, type TokenUse } from "./tokens.ts";
import { codeAt, isCodeAt, newSecret } from "./totp.ts";
import type { NewAccount, PortalEmail } from "./types.ts";

export interface Key {
  uuid: string;
  name: string;
  createdAt: string;
  /** When its exchange ends, in milliseconds. */
  expiresAt: number;
  lastUsedAt?: string;
  /** The key itself, where keys are opaque. */
  opaque?: string;
}

export interface Account {
  id: number;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  verified: boolean;
  pendingDeletion: boolean;
  otpEnabled: boolean;
  otpSecret: string | undefined;
  createdAt: string;
  keys: Key[];
  verification: { token: string; expiresAt: number } | undefined;
  resetToken: string | undefined;
}

/** What is made at random. Whoever compares what is shown, run by run, gives makers that repeat themselves. */
export interface Makers {
  uuid(): string;
  /** A TOTP secret in base32. */
  secret(): string;
}

/** The accounts, their keys and their tokens. */
export class State {
  readonly accounts = new Map<string, Account>();
  readonly emails: PortalEmail[] = [];
  onEmail: ((mail: PortalEmail) => void) | undefined;
  readonly quirks: Quirks;
  readonly tokens: Tokens;
  readonly make: Makers;
  readonly #clock: () => number;
  /** A session ends by being named here. No call does that: it is for a portal that has forgotten it. */
  readonly #endedSessions = new Set<string>();
  #created = 0;

  constructor(quirks: Quirks, clock: () => number, makers: Partial<Makers>) {
    this.quirks = quirks;
    this.#clock = clock;
    this.make = { uuid: () => crypto.randomUUID(), secret: newSecret, ...makers };
    this.tokens = new Tokens(quirks, () => this.now());
  }

  /** Milliseconds by the portal's own clock. */
  now(): number {
    return this.#clock() + this.quirks.clockSkewSeconds * 1000;
  }

  addAccount(input: NewAccount): Account {
    const account: Account = {
      id: this.accounts.size + 1,
      email: input.email,
      password: input.password,
      firstName: input.firstName ?? "Test",
      lastName: input.lastName ?? "Person",
      verified: input.verified ?? true,
      pendingDeletion: false,
      otpEnabled: input.otp ?? false,
      otpSecret: input.otp ? this.make.secret() : undefined,
      createdAt: new Date(this.now()).toISOString(),
      keys: [],
      verification: undefined,
      resetToken: undefined,
    };
    this.accounts.set(input.email.toLowerCase(), account);
    return account;
  }

  find(email: string): Account | undefined {
    return this.accounts.get(email.toLowerCase());
  }

  get(email: string): Account {
    const account = this.find(email);
    if (!account) throw new Error(`the portal has no account ${email}`);
    return account;
  }

  addKeys(email: string, names: string[]): Key[] {
    return names.map((name) => this.addKey(this.get(email), name));
  }

  addKey(account: Account, name: string): Key {
    const createdAt = this.now() + this.#created++;
    const key = {
      uuid: this.make.uuid(),
      name,
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: createdAt + this.quirks.keyTtlSeconds * 1000,
      ...(this.quirks.generation === "2024" ? { opaque: crypto.randomUUID().replaceAll("-", "") } : {}),
    };
    account.keys.push(key);
    return key;
  }

  async createKey(email: string, name: string): Promise<Key & { token: string }> {
    const account = this.get(email);
    const key = this.addKey(account, name);
    return { ...key, token: await this.keyToken(account, key) };
  }

  /** What is handed out of a key, this once. */
  async keyToken(account: Account, { uuid, opaque }: Key): Promise<string> {
    return (
      opaque ??
      this.issue("api", account.email, this.quirks.keyIdIn === "jti" ? { jti: uuid } : { sub: uuid })
    );
  }

  /** A signed token of an account. Claims replace what it would hold; `undefined` removes a claim. */
  issue(use: TokenUse, email: string, claims?: Record<string, unknown>): Promise<string> {
    return this.tokens.sign(use, this.get(email).id, claims);
  }

  /** The account that a token of a login stands for, if it is good for this use now. */
  async verify(token: string, use: "login" | "2fa"): Promise<Account | undefined> {
    const claims = await this.tokens.verify(token, use, this.quirks.domain);
    if (!claims || this.#endedSessions.has(token)) return undefined;
    return [...this.accounts.values()].find(({ id }) => String(id) === claims.sub);
  }

  /** The account and the key that can be exchanged with a token: found by the key's UUID, unsigned as it may be. */
  findKey(token: string): { account: Account; key: Key } | undefined {
    const named = keyNamedBy(token);
    for (const account of this.accounts.values()) {
      const key = account.keys.find(({ uuid, opaque }) => (opaque ? opaque === token : named.includes(uuid)));
      if (key && (this.quirks.expiredKeys === "exchanged" || key.expiresAt > this.now()))
        return { account, key };
    }
    return undefined;
  }

  endSession(token: string): void {
    this.#endedSessions.add(token);
  }

  /** Whether a token, of a key or a session, works at this moment. */
  async isLive(token: string): Promise<boolean> {
    return this.findKey(token) !== undefined || (await this.verify(token, "login")) !== undefined;
  }

  /** The TOTP code of now, or of some steps of 30 s away. */
  otpCode(email: string, offsetSteps = 0): string {
    const { otpSecret } = this.get(email);
    if (!otpSecret) throw new Error(`${email} has no TOTP secret`);
    return codeAt(otpSecret, this.now() + offsetSteps * 30_000);
  }

  acceptsOtp({ otpSecret }: Account, code: string): boolean {
    return otpSecret !== undefined && isCodeAt(otpSecret, code, this.now());
  }

  mail(account: Account, kind: PortalEmail["kind"], token: string): void {
    if (this.quirks.mails === "lost") return;
    const link = `https://pinner.xyz/${kind}?email=${encodeURIComponent(account.email)}&token=${token}`;
    const mail = { to: account.email, kind, token, link };
    this.emails.push(mail);
    this.onEmail?.(mail);
  }
}

/** The UUIDs by which a token may name its key, where it is one of an API key at all. */
function keyNamedBy(token: string): unknown[] {
  try {
    // The server parses it whole, although it does not look at the signature.
    decodeProtectedHeader(token);
    const { aud, jti, sub } = decodeJwt(token);
    return [aud].flat().includes("api") ? [jti, sub] : [];
  } catch {
    return [];
  }
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** Six characters of `[A-Za-z0-9]`. */
export const mailToken = (): string =>
  Array.from({ length: 6 }, () => ALPHABET[Math.floor(Math.random() * ALPHABET.length)]).join("");
