import { testForm } from "./suite.ts";

testForm("linux-x64");
