/** A part of the comment that is shown whole or not at all. */
export type Block = {
  /** Plain words for "left out: …". */
  name: string
  /** Blocks with the lowest number are left out first; `Infinity` stays. */
  importance: number
  /** Markdown without blank lines at its ends. */
  markdown: string
}

export const TITLE_LENGTH = 100
export const SENTENCE_LENGTH = 200

/** A folded part. GitHub reads markdown inside only after a blank line. `summary` is our own words. */
export function fold(summary: string, markdown: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${markdown}\n\n</details>`
}

/** A table; cells are markdown already and hold no line break. */
export function table(header: string[], rows: string[][], align: ('left' | 'right')[] = []): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, column) => (align[column] === 'right' ? '---:' : '---'))
  return [line(header), line(rule), ...rows.map(line)].join('\n')
}
