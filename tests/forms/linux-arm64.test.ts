import { testForm } from "./suite.ts";

testForm("linux-arm64");
