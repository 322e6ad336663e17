// npm run -s chaos -- --seconds 300 --engine sqlite|postgres [--seed 1] [--shops 1|2|3]: prints one JSON line; exit 0 only when all held.
import { parseArgs } from 'node:util'
import { prepareChaos } from '../test/support/chaos.ts'
import { startPostgres, startSqlite } from '../test/support/databases.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    engine: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '1' },
    shops: { type: 'string', default: '3' },
  },
})
const [seconds, seed, shops] = [Number(values.seconds), Number(values.seed), Number(values.shops)]
const { engine } = values
if ((engine !== 'sqlite' && engine !== 'postgres') || !(seconds > 0) || !Number.isInteger(seed) || ![1, 2, 3].includes(shops)) {
  console.error('usage: npm run -s chaos -- --seconds 300 --engine sqlite|postgres [--seed 1] [--shops 1|2|3]')
  process.exit(2)
}
const say = (line: string) => console.error(`${new Date().toISOString()} ${line}`)
const databases = await (engine === 'sqlite' ? startSqlite() : startPostgres())
// What is said does not depend on the engine either.
const plain = await startSqlite()
const chaos = await prepareChaos(shops, await plain.fresh(), say)
const result = await chaos.run({ databases, seconds, seed, processes: engine === 'sqlite' ? 1 : 3, restarts: 2 })
await chaos.close()
await databases.stop()
await plain.stop()
console.log(JSON.stringify({ engine, ...result }))
// Said outright: the PostgreSQL of the tests sets the exit code to 0 when it is stopped.
process.exit(result.ok ? 0 : 1)
