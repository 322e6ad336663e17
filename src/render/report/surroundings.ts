// Where it spreads to, where to read on, and what is not known.
import type { IncidentReport, ServiceGraph } from '../../domain/report.ts'
import { code, inline, link, mermaidLabel } from '../escape.ts'
import { list } from '../words.ts'
import type { Block } from './block.ts'

const MOST_NODES = 25
const MOST_EDGES = 60
const MOST_LINKS = 10
const MOST_GAPS = 8

/** Missing data qualifies everything below it, so it stands right after the answer. */
export function gapBlocks(report: IncidentReport): Block[] {
  if (report.gaps.length === 0) return []
  const shown = report.gaps.slice(0, MOST_GAPS).map((gap) => inline(gap, 300))
  if (report.gaps.length > MOST_GAPS) shown.push(`${report.gaps.length - MOST_GAPS} more`)
  const lines = shown.length === 1 ? [`**Not known:** ${shown[0] ?? ''}`] : ['**Not known**', '', ...shown.map((gap) => `- ${gap}`)]
  return [{ name: 'what is not known', importance: 95, markdown: lines.map((line) => `> ${line}`.trimEnd()).join('\n') }]
}

export function runbookBlocks(report: IncidentReport): Block[] {
  if (report.runbooks.length === 0) return []
  const links = report.runbooks.slice(0, MOST_LINKS).map(({ text, url }) => link(text, url, 80))
  return [{ name: 'runbooks', importance: 75, markdown: `**Runbooks:** ${links.join(' · ')}` }]
}

export function blastRadiusBlocks(report: IncidentReport): Block[] {
  const graph = report.graph
  if (graph === null || graph.edges.length === 0) return []
  const reached = dependents(graph)
  const words =
    reached.length === 0
      ? `**Blast radius:** nothing else depends on ${list(
          graph.affected.map((name) => code(name, 60)),
          5,
        )}`
      : `**Blast radius:** ${list(
          reached.map((name) => code(name, 60)),
          8,
        )}`
  return [{ name: 'the blast radius', importance: 40, markdown: `${words}\n\n${diagram(graph)}` }]
}

/** Services that depend, directly or not, on an affected one, nearest first. */
function dependents(graph: ServiceGraph): string[] {
  const users = new Map<string, string[]>()
  for (const { from, to } of graph.edges) users.set(to, [...(users.get(to) ?? []), from])
  const seen = new Set(graph.affected)
  const queue = [...graph.affected]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const user of users.get(next) ?? []) {
      if (!seen.has(user)) queue.push(user)
      seen.add(user)
    }
  }
  return [...seen].filter((name) => !graph.affected.includes(name))
}

function diagram(graph: ServiceGraph): string {
  const all = [...new Set([...graph.affected, ...graph.nodes])]
  const nodes = all.slice(0, MOST_NODES)
  const ids = new Map(nodes.map((name, index) => [name, `n${index}`]))
  const lines = nodes.map((name) => `  ${ids.get(name) ?? ''}["${mermaidLabel(name, 40)}"]${graph.affected.includes(name) ? ':::hit' : ''}`)
  const edges = graph.edges.flatMap(({ from, to }) => {
    const [start, end] = [ids.get(from), ids.get(to)]
    return start === undefined || end === undefined ? [] : [`  ${start} --> ${end}`]
  })
  lines.push(...edges.slice(0, MOST_EDGES))
  if (all.length > nodes.length) lines.push(`  more["${all.length - nodes.length} more services"]`)
  const style = '  classDef hit fill:#ffebe9,stroke:#cf222e,color:#82071e'
  return `\`\`\`mermaid\ngraph LR\n${[...lines, style].join('\n')}\n\`\`\``
}
