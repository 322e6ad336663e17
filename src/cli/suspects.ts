import { readFile } from 'node:fs/promises'
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { type Command, Option } from 'commander'
import type { Candidate, Suspect } from '../domain/ranking.ts'
import type { History } from '../history/history.ts'
import type { CloneRanking, WorkedAt } from '../history/rank-clone.ts'
import { parseCount, parseSpan, parseTime } from './arguments.ts'
import { failWith } from './report-error.ts'
import { plain, progressLine, wrapped } from './terminal.ts'

const EXAMPLES = `
The clone is only read: nothing in it is written or run, whatever its configuration says.

Examples:
  causeway suspects ~/src/shop --text "checkout returns 500 since noon: NullPointerException in CartTotals"
  causeway suspects ~/src/shop --text-file report.md --at 2026-03-01T12:00Z --lookback 7d
  causeway suspects shop.git --text "login page is blank" --at "yesterday 14:00" --json
  causeway suspects shop.git --text "login page is blank" --worked v41
  causeway suspects shop.git --text "login page is blank" --explain --top 2
  causeway suspects shop.git --text "login page is blank" --why-not 4f2a9c1`

type Options = {
  text?: string
  textFile?: string
  at?: string
  worked?: string
  lookback: number
  top: number
  branch?: string
  explain?: boolean
  whyNot?: string
  json?: boolean
}

const MAX_TEXT = 65_536

/** Adds \`causeway suspects\`. */
export function registerSuspects(program: Command): void {
  program
    .command('suspects')
    .description('Which recent change is the likely cause? Ranks what landed in a clone before something broke.')
    .argument('<clone>', 'a git clone, normal or bare, with its whole history')
    .option('--text <text>', 'what is seen: symptoms, error messages, a stack trace')
    .option('--text-file <file>', 'the same from a file; - reads standard input')
    .option('--at <time>', 'when it began: ISO or words, UTC unless it names a zone (default: now)')
    .option('--worked <when>', 'when it was last seen to work: a tag, branch or sha, or a time. What was there by then is ruled out')
    .addOption(
      new Option('--lookback <span>', 'how far back a change may have landed').argParser(parseSpan).default(parseSpan('14d'), '14d'),
    )
    .option('--top <count>', 'how many suspects to show', parseCount, 5)
    .option('--branch <name>', 'the main line (default: HEAD)')
    .option('--explain', 'the numbers behind each suspect shown: every feature, its weight and what it contributed')
    .option('--why-not <sha>', 'why this change (a sha, the beginning of one, or #12) is not the first')
    .option('--json', 'print one JSON object on stdout and nothing else')
    .addHelpText('after', EXAMPLES)
    .action((clone: string, options: Options) => suspects(clone, options).catch(failWith))
}

async function suspects(clone: string, options: Options): Promise<void> {
  const now = new Date()
  const at = options.at === undefined ? now : await parseTime(options.at, now)
  const text = await textOf(options)
  const { openClone } = await import('../history/git-clone.ts')
  const { rankClone } = await import('../history/rank-clone.ts')
  const { shippedSuspectModel } = await import('../rank/model.ts')
  const progress = progressLine(process.stderr)
  progress.show('reading the history')
  const history = await openClone(clone, options.branch)
  try {
    const worked = options.worked === undefined ? null : await workedAt(history, options.worked, at)
    const query = { at, title: '', text }
    const found = await rankClone(history, query, { lookbackMs: options.lookback, model: shippedSuspectModel(), worked })
    progress.clear()
    if (options.json === true && found.candidates.size === 0) console.error(nothingLanded(found, at, options, history.head.committedAt))
    const numbers = await numbersOf(found, options)
    if (options.json === true) process.stdout.write(`${JSON.stringify({ ...jsonOf(found, at, options.top), ...numbers.json })}\n`)
    else process.stdout.write(`${shown(found, at, options, history.head.committedAt)}${numbers.lines.map((line) => `${line}\n`).join('')}`)
  } finally {
    progress.clear()
    await history.close()
  }
}

async function workedAt(history: History, given: string, at: Date): Promise<WorkedAt> {
  const sha = await history.resolve(given).catch(() => null)
  if (sha !== null) return { sha, name: given }
  const time = await parseTime(given, at).catch(() => {
    throw new Error(`--worked ${given}: no branch, tag or sha of this clone, and no time (as in --worked v41, --worked "3 hours ago")`)
  })
  if (time >= at)
    throw new Error(`--worked ${given} is ${stamp(time)}, not before it began (${stamp(at)}): give an earlier time, or a later --at`)
  return { at: time }
}

async function textOf({ text, textFile }: Options): Promise<string> {
  if ((text === undefined) === (textFile === undefined))
    throw new Error('Say what is seen, either with --text "…" or with --text-file <file> (add --help for examples)')
  const given = text ?? (await readText(textFile ?? ''))
  if (given.trim() === '') throw new Error('The text is empty: say what is seen, in the words of whoever saw it')
  return given.slice(0, MAX_TEXT)
}

async function readText(file: string): Promise<string> {
  if (file !== '-') {
    return readFile(file, 'utf8').catch((error: unknown) => {
      throw new Error(`${file} can't be read (${error instanceof Error ? error.message : String(error)}); give the path of a text file`)
    })
  }
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** What `--explain` and `--why-not` add. */
async function numbersOf(found: CloneRanking, { explain, whyNot: named, top }: Options): Promise<{ lines: string[]; json: object }> {
  if (explain !== true && named === undefined) return { lines: [], json: {} }
  const { candidateNamed, explained, explainedNone, whyNot } = await import('./explain-suspects.ts')
  const asked = named === undefined ? null : candidateNamed(named, found)
  const first = found.ranking.suspects.slice(0, explain === true ? top : 1).map(({ id }) => id)
  const explanation = found.explain(asked === null ? first : [...first, asked.id])
  return {
    lines: [
      '',
      ...(explain === true ? [...first.flatMap((id) => explained(id, explanation, found)), ...explainedNone(explanation)] : []),
      ...(asked === null ? [] : whyNot(asked, explanation, found)),
    ],
    json: {
      explanation: { candidates: Object.fromEntries(explanation.candidates), none: explanation.none },
      ...(asked === null ? {} : { whyNot: { sha: asked.id, ruledOut: asked.ruledOut, place: placeOf(asked.id, found) } }),
    },
  }
}

/** From 1; null when it was not weighed. */
function placeOf(sha: string, { ranking }: CloneRanking): number | null {
  const place = ranking.suspects.findIndex(({ id }) => id === sha)
  return place === -1 ? null : place + 1
}

function jsonOf({ ranking, candidates }: CloneRanking, at: Date, top: number) {
  return {
    at: at.toISOString(),
    pool: ranking.pool,
    ruledOut: [...candidates.values()].flatMap(({ id, ruledOut: why }) => (why === null ? [] : [{ sha: id, reason: why.reason }])),
    none: ranking.none,
    suspects: ranking.suspects.slice(0, top).map(({ id, probability, evidence }) => ({
      sha: id,
      pr: candidates.get(id)?.number ?? null,
      title: candidates.get(id)?.title ?? '',
      probability,
      evidence: evidence.map(({ kind, sentence, strength }) => ({ kind, sentence, strength })),
    })),
  }
}

function shown(found: CloneRanking, at: Date, options: Options, newestAt: Date): string {
  const { ranking, candidates } = found
  const days = formatDistanceStrict(0, options.lookback)
  const lines: string[] = []
  if (candidates.size === 0) return `${nothingLanded(found, at, options, newestAt)}\n`
  const since = options.worked === undefined ? '' : `, and since it last worked (${plain(options.worked, 60)})`
  lines.push(`${ranking.pool} ${ranking.pool === 1 ? 'change' : 'changes'} landed in the ${days} before ${stamp(at)}${since}.`, '')
  for (const [place, suspect] of ranking.suspects.slice(0, options.top).entries())
    lines.push(...suspectLines(place, suspect, candidates, at))
  lines.push(`   ${percent(ranking.none)}  none of these`)
  const shownSum = ranking.suspects.slice(0, options.top).reduce((sum, { probability }) => sum + probability, 0)
  const others = ranking.suspects.length - options.top
  if (others > 0) lines.push(`   ${percent(Math.max(0, 1 - ranking.none - shownSum))}  ${others} other changes together`)
  const ruledOut = [...candidates.values()].filter((candidate) => candidate.ruledOut !== null)
  if (ruledOut.length > 0) lines.push('', 'Ruled out:')
  for (const { id, title, ruledOut: why } of ruledOut.slice(0, 10))
    lines.push(`   ${id.slice(0, 12)} ${plain(title, 80)}: ${plain(why?.sentence ?? '', 200)}`)
  if (ruledOut.length > 10) lines.push(`   … and ${ruledOut.length - 10} more`)
  lines.push(
    '',
    'Missing: no deployments are known here, so changes are ranked by when they were merged.',
    `Model: ${ranking.modelVersion}`,
  )
  return `${lines.join('\n')}\n`
}

function nothingLanded(found: CloneRanking, at: Date, options: Options, newestAt: Date): string {
  const hint = found.lastBefore ?? newestAt
  const side = hint > at ? 'The newest one landed' : 'The last one before it landed'
  const next = new Date(hint.getTime() + 60_000).toISOString().slice(0, 16)
  return (
    `No change landed in the ${formatDistanceStrict(0, options.lookback)} before ${stamp(at)}. ` +
    `${side} at ${stamp(hint)}: try --at ${next}Z, or a longer --lookback.`
  )
}

function suspectLines(place: number, suspect: Suspect, candidates: ReadonlyMap<string, Candidate>, at: Date): string[] {
  const candidate = candidates.get(suspect.id)
  if (candidate === undefined) return []
  const number = candidate.number === null || candidate.number === undefined ? '' : `#${candidate.number} `
  const bumps = candidate.bumps.map(({ dependency, from, to }) => `${dependency} ${from ?? '?'} → ${to ?? '?'}`).join(', ')
  const landed = `landed ${formatDistanceStrict(candidate.mergedAt, at)} before (${stamp(candidate.mergedAt)})`
  const contact = candidate.author === null ? '' : `; who knows it: ${plain(candidate.author.login, 60)}`
  return [
    `${place + 1}. ${percent(suspect.probability)}  ${number}${plain(candidate.title, 100)}`,
    `          ${suspect.id.slice(0, 12)}, ${landed}${contact}`,
    ...(bumps === '' ? [] : [`          bumps ${plain(bumps, 160)}`]),
    ...suspect.evidence.flatMap(({ sentence, strength }) =>
      wrapped(plain(sentence, 400), 96).map((line, index) => `          ${index > 0 ? ' ' : strength >= 0 ? '+' : '−'} ${line}`),
    ),
    '',
  ]
}

function percent(share: number): string {
  const text = share > 0 && share < 0.01 ? '<1' : share > 0.99 && share < 1 ? '>99' : (share * 100).toFixed(0)
  return `${text} %`.padStart(5)
}

function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
