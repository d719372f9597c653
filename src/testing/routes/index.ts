import { Hono } from "hono";
import { LinearRouter } from "hono/router/linear-router";
import { frameworkRefusal, Refusal, refuse } from "../answers.ts";
import type { State } from "../state.ts";
import { accountRoutes } from "./account.ts";
import { authRoutes } from "./auth.ts";
import { credentialRoutes } from "./credentials.ts";
import { keyRoutes } from "./keys.ts";
import { otpRoutes } from "./otp.ts";

/** The whole account API over a state: every call of it, as the service answers it. */
export function routes(state: State): Hono {
  // Tests open many portals that answer little: a router that prepares nothing is ready soonest.
  const app = new Hono({ router: new LinearRouter() });
  const { errorShape, unknownMethod } = state.quirks;
  app.onError((error) => {
    if (error instanceof Refusal) return refuse(error, errorShape);
    throw error;
  });
  for (const area of [authRoutes, accountRoutes, credentialRoutes, keyRoutes, otpRoutes]) area(app, state);
  // Whatever comes here has another method than the routes above.
  for (const path of new Set(app.routes.map((route) => route.path))) {
    app.all(path, () => refuse(frameworkRefusal(unknownMethod), errorShape));
  }
  app.notFound(() => refuse(frameworkRefusal(404), errorShape));
  return app;
}
