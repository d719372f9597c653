import { testForm } from "./suite.ts";

testForm("npx");
