import { testForm } from "./suite.ts";

testForm("sources on Deno");
