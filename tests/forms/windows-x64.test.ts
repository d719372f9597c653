import { testForm } from "./suite.ts";

testForm("windows-x64");
