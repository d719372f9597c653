import { testForm } from "./suite.ts";

testForm("npm on Node 22.0.0");
