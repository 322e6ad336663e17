// A hidden line in the body of an issue that we opened for a caller of the API, by which a second call finds the issue.

export function reportMarker(reportKey: string): string {
  return `<!-- causeway:report ${reportKey} -->`
}

/** Null unless our own App wrote the body: anybody can write these characters. */
export function reportKeyOf(body: string, appId: number | null, ourAppId: number): string | null {
  if (appId !== ourAppId) return null
  // The caller's own words stand above: a line among them that looks the same is not ours.
  const last = body.trimEnd().split(/\r?\n/).at(-1) ?? ''
  return /^<!-- causeway:report ([0-9a-f]{32}) -->$/.exec(last)?.[1] ?? null
}
