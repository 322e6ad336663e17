// Commands in issue text: a line that begins with `/`, outside code and quotes. Pure.

/** `/incident [service …] [severity]`. */
export type IncidentCommand = { name: 'incident'; services: string[]; severity: number | null }

/** The first `/incident` command in a comment or issue body; null when there is none. */
export function incidentCommand(text: string): IncidentCommand | null {
  for (const line of spokenLines(text)) {
    const words = /^\/incident(?:\s+(.*))?$/i.exec(line)
    if (!words) continue
    const services: string[] = []
    let severity: number | null = null
    for (const word of (words[1] ?? '').split(/[\s,]+/).filter((part) => part !== '')) {
      const level = /^(?:sev(?:erity)?[-:]?)?([1-5])$/i.exec(word)?.[1]
      if (level) severity = Number(level)
      else services.push(word)
    }
    return { name: 'incident', services, severity }
  }
  return null
}

/** Lines that a person says here and now: not in a fence, not indented code, not a quotation. */
function spokenLines(text: string): string[] {
  const lines: string[] = []
  let fence: string | null = null
  for (const line of text.slice(0, 65_536).split(/\r\n|\r|\n/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = null
      continue
    }
    if (mark) fence = mark
    else if (!/^(?: {4}|\t| {0,3}>)/.test(line)) lines.push(line.trim())
  }
  return lines
}
