import { testForm } from "./suite.ts";

testForm("npm on the current LTS");
