// How the commands on local history show text that others wrote.
const SHOW_EVERY_MS = 200
const LOG_EVERY_MS = 10_000

/** One line without control characters (escape sequences could rewrite what a terminal shows), cut to `width`. */
export function plain(text: string, width: number): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`
}

/** Lines of a table; the first column and columns of words are left-aligned, numbers right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)))
  const isOfWords = header.map((_, column) => column === 0 || rows.some((row) => /^\p{L}/u.test(row[column] ?? '')))
  const padded = (cell: string, column: number): string =>
    isOfWords[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  const line = (cells: readonly string[]): string => cells.map(padded).join('   ').trimEnd()
  return [line(header), widths.map((width) => '─'.repeat(width)).join('   '), ...rows.map(line)]
}

/** Breaks text at spaces into lines of at most `width` characters. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

/** A line that is rewritten in place on a terminal; elsewhere (a log, a pipe) a new one every ten seconds. */
export function progressLine(stream: NodeJS.WriteStream): { show(text: string): void; clear(): void } {
  let shownAt = stream.isTTY ? 0 : performance.now()
  let isShown = false
  return {
    show(text) {
      const now = performance.now()
      if (now - shownAt < (stream.isTTY ? SHOW_EVERY_MS : LOG_EVERY_MS)) return
      shownAt = now
      isShown = stream.isTTY
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`)
    },
    clear() {
      if (isShown) stream.write('\r\u001b[K')
      isShown = false
    },
  }
}
