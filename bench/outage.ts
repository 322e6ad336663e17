// npm run -s outage -- [--deliveries 2000] [--pulls 10000] [--engine sqlite|postgres]: prints one JSON line; exit 0 only when
// all missed webhooks came in, and a SIGKILL while a past was read cost no request beyond its page and changed nothing.
import { parseArgs } from 'node:util'
import { startPostgres, startSqlite } from '../test/support/databases.ts'
import { missDeliveries, readPastTwice } from '../test/support/outage.ts'

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '2000' },
    pulls: { type: 'string', default: '10000' },
    engine: { type: 'string', default: 'sqlite' },
  },
})
const [deliveries, pulls] = [Number(values.deliveries), Number(values.pulls)]
const { engine } = values
if ((engine !== 'sqlite' && engine !== 'postgres') || !(deliveries > 0) || !(pulls > 0)) {
  console.error('usage: npm run -s outage -- [--deliveries 2000] [--pulls 10000] [--engine sqlite|postgres]')
  process.exit(2)
}
const databases = await (engine === 'sqlite' ? startSqlite() : startPostgres())
const missed = await missDeliveries(deliveries, await databases.fresh())
console.error(JSON.stringify(missed))
const past = await readPastTwice(pulls, () => databases.fresh())
await databases.stop()
const ok =
  missed.done === missed.missed &&
  missed.askedAgain === 0 &&
  missed.changes === missed.merged &&
  past.sameStore &&
  past.repeated.length <= 1
console.log(JSON.stringify({ engine, missed, past, ok }))
process.exit(ok ? 0 : 1)
