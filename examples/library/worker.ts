// A Cloudflare worker that answers with the names of an account's API keys. Its secret PINNER_AUTH_TOKEN is an API key.
import { isPinnerError, Pinner } from "pinner";

interface Env {
  PINNER_AUTH_TOKEN: string;
  PINNER_BASE_ENDPOINT?: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      // One for each request: what one request waits for, a worker may not share with another.
      const pinner = new Pinner({ token: env.PINNER_AUTH_TOKEN, baseEndpoint: env.PINNER_BASE_ENDPOINT });
      const keys = await pinner.listKeys({ signal: request.signal, timeout: 10_000 });
      return Response.json(keys.map(({ name, created_at }) => ({ name, created_at })));
    } catch (error) {
      if (!isPinnerError(error)) throw error;
      return Response.json({ error: error.message }, { status: 502 });
    }
  },
};
