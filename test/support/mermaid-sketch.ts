// GitHub draws Mermaid; a picture of our comment shall show a graph too. This draws only what our renderer writes:
// `graph LR` with labelled nodes and plain arrows, in columns by their distance from where the arrows start.
const WIDTH = 150
const HEIGHT = 34
const GAP_X = 50
const GAP_Y = 14

/** An inline SVG of a diagram written by `src/render/report/surroundings.ts`. */
export function mermaidSketch(source: string, colors: { line: string; text: string; fill: string }): string {
  const nodes = [...source.matchAll(/^ {2}(\w+)\["(.*)"\](:::hit)?$/gm)].map(([, id = '', label = '', hit]) => ({
    id,
    label,
    isHit: hit !== undefined,
  }))
  const edges = [...source.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from = '', to = '']) => ({ from, to }))
  const column = new Map(nodes.map(({ id }) => [id, 0]))
  for (let round = 0; round < nodes.length; round++) {
    for (const { from, to } of edges) column.set(to, Math.max(column.get(to) ?? 0, Math.min(nodes.length, (column.get(from) ?? 0) + 1)))
  }
  const rows = new Map<number, number>()
  const places = new Map(
    nodes.map(({ id }) => {
      const at = column.get(id) ?? 0
      const row = rows.get(at) ?? 0
      rows.set(at, row + 1)
      return [id, { x: 4 + at * (WIDTH + GAP_X), y: 4 + row * (HEIGHT + GAP_Y) }]
    }),
  )
  const boxes = nodes.map(({ id, label, isHit }) => {
    const { x, y } = places.get(id) ?? { x: 0, y: 0 }
    const [fill, stroke, text] = isHit ? ['#ffebe9', '#cf222e', '#82071e'] : [colors.fill, colors.line, colors.text]
    return `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="3" fill="${fill}" stroke="${stroke}"/><text x="${x + WIDTH / 2}" y="${y + 22}" text-anchor="middle" font-size="13" fill="${text}">${label}</text>`
  })
  const lines = edges.map(({ from, to }) => {
    const [a, b] = [places.get(from), places.get(to)]
    if (a === undefined || b === undefined) return ''
    return `<line x1="${a.x + WIDTH}" y1="${a.y + HEIGHT / 2}" x2="${b.x - 6}" y2="${b.y + HEIGHT / 2}" stroke="${colors.line}" marker-end="url(#tip)"/>`
  })
  const width = Math.max(...[...places.values()].map(({ x }) => x)) + WIDTH + 4
  const height = Math.max(...[...places.values()].map(({ y }) => y)) + HEIGHT + 4
  const tip = `<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="3" refY="4" orient="auto"><path d="M0,1 L6,4 L0,7 Z" fill="${colors.line}"/></marker></defs>`
  return `<svg viewBox="0 0 ${width} ${height}" style="max-width:min(100%, ${width}px);display:block;margin:0 auto 16px">${tip}${lines.join('')}${boxes.join('')}</svg>`
}
