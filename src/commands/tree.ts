import type { Branch } from "../cli/command.ts";

/** Every command by its name. Each is loaded only when it runs: what is imported here is paid at every start. */
export const tree: Branch = {
  description: "Log in to Pinner.xyz and look after your account's API keys",
  children: {
    auth: {
      description: "Log in and store an API key, or store a token that you have",
      load: () => import("./auth/index.ts"),
      children: {
        status: {
          description: "Ask the service whether the token in force works",
          load: () => import("./auth/status.ts"),
        },
        logout: {
          description: "Remove the stored token and delete its API key",
          load: () => import("./auth/logout.ts"),
        },
        token: { description: "Print the token in force", load: () => import("./auth/token.ts") },
      },
    },
  },
};
