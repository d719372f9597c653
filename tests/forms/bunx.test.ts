import { testForm } from "./suite.ts";

testForm("bunx");
