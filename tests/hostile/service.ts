/** What a service that means harm says; the same in this process, in another, and over a socket. */
export interface Script {
  session: string;
  otpToken: string;
  apiKey: string;
  uuid: string;
  otpSecret: string;
  /** Texts for people: names, emails, dates. */
  texts: string[];
  /** The account has 2FA. */
  otp: boolean;
  /** How login answers. */
  redirect: boolean;
  /** What goes wrong at requests whose path ends so; it repeats all that it was sent, in every encoding. */
  fault?: { path: string; status: number; shape: number; text: string; header: string } | undefined;
}

/** Fields in which texts of a service may hold anything that HTTP lets through. */
const asHeader = (text: string): string => text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "").trim();

export async function answer(request: Request, script: Script): Promise<Response> {
  const { pathname } = new URL(request.url);
  const sent = `${request.headers.get("authorization")} ${await request.text()}`;
  const { fault } = script;
  if (fault && pathname.endsWith(fault.path)) return refuse(fault, sent, script);
  const [first = "", second = "", third = "", fourth = ""] = script.texts;
  const { uuid } = script;
  const headers = { date: asHeader(first) || "x", "x-text": asHeader(second) };
  const json = (value: unknown) => new Response(JSON.stringify(value), { headers });
  switch (`${request.method} ${pathname}`) {
    case "POST /api/auth/login":
      if (script.otp) return json({ token: script.otpToken, otp: true });
      return session(script);
    case "POST /api/auth/otp/validate":
      return session(script);
    case "POST /api/auth/key":
      return json({ token: script.session });
    case "POST /api/auth/ping":
      return json({ ping: "pong" });
    case "GET /api/account":
      return json({
        id: 1,
        email: first,
        first_name: second,
        last_name: third,
        verified: script.redirect,
        otp: script.otp,
        created_at: fourth,
      });
    case "GET /api/account/keys": {
      const names = [...script.texts, "ci", "cli-generated"];
      const data = names.map((name, at) => ({
        uuid: `${uuid.slice(0, -1)}${at.toString(16)}`,
        name,
        created_at: fourth,
      }));
      return json({ data, total: data.length });
    }
    case "POST /api/account/keys":
      return json({ token: script.apiKey, uuid, name: first });
    case "POST /api/auth/otp/generate":
      return json({ otp: script.otpSecret });
    default:
      return new Response(asHeader(second).startsWith("<") ? "" : third.replaceAll("<", ""), { headers });
  }
}

function session({ redirect, session: token, texts: [text = ""] }: Script): Response {
  if (!redirect) return new Response(JSON.stringify({ token, otp: false }));
  const headers = new Headers({
    location: `/api/auth/complete?auth_token=${token}&${encodeURIComponent(asHeader(text))}`,
  });
  headers.append("set-cookie", `${asHeader(text)}; Path=/`);
  return new Response(null, { status: 302, headers });
}

function refuse(
  { status, shape, text, header }: NonNullable<Script["fault"]>,
  sent: string,
  { session: token, apiKey }: Script,
): Response {
  const percent = encodeURIComponent(sent.replace(/\p{Surrogate}/gu, ""));
  const repeated = `${text} ${sent} ${JSON.stringify(sent)} ${percent} ${new URLSearchParams({ sent })}`;
  // Only the beginning of a message is shown.
  const details = `${token} ${apiKey} ${repeated}`;
  const headers = {
    "retry-after": asHeader(header) || "0",
    date: asHeader(header) || "x",
    location: `https://elsewhere.example/?auth=${percent}`,
    "set-cookie": asHeader(`auth=${percent}; ${header}`),
    "content-type": shape === 4 ? "text/html" : "application/json",
  };
  const bodies: unknown[] = [
    { error: repeated },
    { error: "ErrOdd", message: details },
    { error: { reason: repeated, details } },
    { token: [details], data: [{ uuid: details, name: details }], total: details, otp: details },
  ];
  const body =
    shape < bodies.length ? JSON.stringify(bodies[shape]) : shape === 4 ? `<p>${details}</p>` : details;
  return new Response(body, { status, headers });
}
