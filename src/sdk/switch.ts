/** What people write for yes and no, in a file and in a variable alike; `undefined` for anything else. */
export function readSwitch(text: string): boolean | undefined {
  if (/^\s*(?:true|yes|on|1)\s*$/i.test(text)) return true;
  return /^\s*(?:false|no|off|0)\s*$/i.test(text) ? false : undefined;
}
