import type { Branch } from "../cli/command.ts";

/** Every command by its name. Each is loaded only when it runs: what is imported here is paid at every start. */
export const tree = {
  description: "Log in to Pinner.xyz and look after your account's API keys",
  begin: [["register"], ["auth"], ["auth", "status"], ["account", "api-keys"], ["doctor"]],
  shortcuts: { logout: ["auth", "logout"], whoami: ["auth", "status"] },
  children: {
    auth: {
      description: "Log in and store an API key, or store a token that you have",
      aliases: ["login"],
      shortcuts: { login: ["auth"] },
      load: () => import("./auth/index.ts"),
      children: {
        status: {
          description: "Ask the service whether the token in force works",
          aliases: ["whoami"],
          load: () => import("./auth/status.ts"),
        },
        logout: {
          description: "Remove the stored token and delete its API key",
          load: () => import("./auth/logout.ts"),
        },
        exec: {
          description: "Run a command with an API key of its own, deleted when it ends",
          load: () => import("./auth/exec.ts"),
        },
        token: { description: "Print the token in force", load: () => import("./auth/token.ts") },
      },
    },
    register: { description: "Create an account", load: () => import("./register.ts") },
    "confirm-email": {
      description: "Confirm the email address of a new account",
      load: () => import("./confirm-email.ts"),
    },
    "reset-password": {
      description: "Set a new password by email",
      load: () => import("./reset-password.ts"),
    },
    account: {
      description: "Show the account, and look after its keys, email and 2FA",
      shortcuts: { info: ["account"] },
      load: () => import("./account/index.ts"),
      children: {
        email: { description: "Change the email address", load: () => import("./account/email.ts") },
        password: { description: "Change the password", load: () => import("./account/password.ts") },
        profile: { description: "Change the names", load: () => import("./account/profile.ts") },
        delete: { description: "Have the account deleted", load: () => import("./account/delete.ts") },
        "api-keys": {
          description: "List, create, delete, prune and rotate API keys",
          aliases: ["keys", "api-key", "apikey"],
          children: {
            list: {
              description: "List the API keys",
              aliases: ["ls"],
              load: () => import("./account/api-keys/list.ts"),
            },
            create: {
              description: "Create an API key and show its token",
              load: () => import("./account/api-keys/create.ts"),
            },
            delete: {
              description: "Delete an API key",
              aliases: ["rm"],
              load: () => import("./account/api-keys/delete.ts"),
            },
            prune: {
              description: "Delete the API keys that have ended",
              load: () => import("./account/api-keys/prune.ts"),
            },
            rotate: {
              description: "Replace an API key by a new one of the same name",
              load: () => import("./account/api-keys/rotate.ts"),
            },
          },
        },
        otp: {
          description: "Turn two-factor authentication on or off",
          children: {
            enable: {
              description: "Turn two-factor authentication on",
              load: () => import("./account/otp/enable.ts"),
            },
            disable: {
              description: "Turn two-factor authentication off",
              load: () => import("./account/otp/disable.ts"),
            },
          },
        },
      },
    },
    config: {
      description: "Show or change the settings in the config file",
      load: () => import("./config/index.ts"),
      children: {
        get: { description: "Print one setting", load: () => import("./config/get.ts") },
        set: { description: "Change a setting", load: () => import("./config/set.ts") },
        unset: { description: "Remove a setting", load: () => import("./config/unset.ts") },
        path: { description: "Print where the config file is", load: () => import("./config/path.ts") },
      },
    },
    doctor: {
      description: "Find what keeps pinner from working, and what to do",
      load: () => import("./doctor/index.ts"),
    },
    completion: {
      description: "Print a script that completes command lines in a shell",
      load: () => import("./completion.ts"),
    },
  },
} satisfies Branch;
