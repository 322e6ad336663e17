import { spanInWords } from '../../rank/span-in-words.ts'
import { nameIn } from '../risk-keys.ts'
import { counted, type FeatureGroup, largest, largestOr, meanOf, type RiskContext } from './feature-group.ts'

/** log of hours for a file that is new to us: longer than any other. */
const NEW = 12

/** How busy the files are, and how long they had rested. */
export const fileAge: FeatureGroup = {
  kind: 'file-age',
  features: [
    { name: 'file-age.changes-max' },
    { name: 'file-age.changes-mean' },
    { name: 'file-age.changes-min' },
    { name: 'file-age.new' },
    { name: 'file-age.rested-min' },
    { name: 'file-age.rested-mean' },
    { name: 'file-age.rested-max' },
  ],
  measure(context) {
    const changes = context.history.file.map((file) => Math.log1p(file.changes))
    const rested = restedHours(context)
    return [
      largestOr(0, changes),
      meanOf(changes),
      changes.length === 0 ? 0 : Math.min(...changes),
      meanOf(changes.map((count) => (count === 0 ? 1 : 0))),
      rested.length === 0 ? NEW : Math.min(...rested),
      rested.length === 0 ? NEW : meanOf(rested),
      rested.length === 0 ? NEW : largest(rested),
    ]
  },
  sentence(context) {
    const { change, past, history, atMs } = context
    if (history.file.length === 0) return null
    const unknown = history.file.filter((file) => file.changes === 0).length
    if (unknown === history.file.length) return { sentence: `Touches only files that were never changed before`, url: null }
    const busiest = history.file.reduce((a, b) => (b.changes > a.changes ? b : a))
    const at = past.lastChangedAt.get(nameIn(busiest.key))
    const rested = at === undefined ? '' : `, last ${spanInWords(atMs - at.getTime())} before`
    const others = change.files.length > 1 ? ' (the busiest of them)' : ''
    return { sentence: `${nameIn(busiest.key)} was changed ${counted(busiest.changes, 'time')} before${rested}${others}`, url: null }
  },
}

function restedHours({ past, history, atMs }: RiskContext): number[] {
  return history.file.flatMap(({ key }) => {
    const at = past.lastChangedAt.get(nameIn(key))
    return at === undefined ? [] : [Math.log1p(Math.max(0, atMs - at.getTime()) / 3_600_000)]
  })
}
