// npm run -s chaos -- --seconds 300 --engine sqlite|postgres [--seed 1]: prints one JSON line; exit 0 only when all held.
import { parseArgs } from 'node:util'
import { runChaos } from '../test/support/chaos.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const { engine } = values
if ((engine !== 'sqlite' && engine !== 'postgres') || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run -s chaos -- --seconds 300 --engine sqlite|postgres [--seed 1]')
  process.exit(2)
}
const result = await runChaos({ engine, seconds, seed, say: (line) => console.error(`${new Date().toISOString()} ${line}`) })
console.log(JSON.stringify(result))
// Said outright: the PostgreSQL of the tests sets the exit code to 0 when it is stopped.
process.exit(result.ok ? 0 : 1)
