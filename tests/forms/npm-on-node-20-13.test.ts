import { testForm } from "./suite.ts";

testForm("npm on Node 20.13.0");
