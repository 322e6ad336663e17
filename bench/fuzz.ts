// npm run -s fuzz [-- --seed 1 --share 1]: 50,000 payloads, 10,000 files and 2,000 histories, times the share; one JSON line.
import { parseArgs } from 'node:util'
import { runFuzz } from '../test/support/fuzz.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, share: { type: 'string', default: '1' } } })
const share = Number(values.share)
const of = (count: number): number => Math.max(1, Math.round(count * share))
const result = await runFuzz({ payloads: of(50_000), files: of(10_000), histories: of(2_000), seed: Number(values.seed) })
for (const failure of result.failures) console.error(failure)
console.log(JSON.stringify(result))
process.exitCode = result.ok ? 0 : 1
