import { testForm } from "./suite.ts";

testForm("npm on Deno");
