import { type Column, type EvidenceModule, scaled } from './evidence-kind.ts'

type FiveColumns = [Column, Column, Column, Column, Column]

/** Place in time: how many others took effect later. It measures time in the repository's own rhythm, quiet Sundays included. */
export const order: EvidenceModule = {
  kind: 'order',
  features: ['order.log-place', 'order.latest', 'order.near-latest', 'order.share-later', 'order.quiet-since', 'order.log-place*poor-text'],
  measure(context) {
    const { places, agesMs } = context.timeline
    const count = Math.max(1, places.length)
    const poverty = 1 - context.matches.richness
    const [logPlace, latest, nearLatest, shareLater, quietSince] = Array.from(
      { length: 5 },
      () => new Float64Array(places.length),
    ) as FiveColumns
    for (let index = 0; index < places.length; index++) {
      const place = places[index]!
      logPlace[index] = -Math.log1p(place)
      latest[index] = place === 0 ? 1 : 0
      nearLatest[index] = place >= 1 && place <= 4 ? 1 : 0
      shareLater[index] = 1 - place / count
      // The latest change before a long silence stands out less by its age than by its place.
      quietSince[index] = place === 0 ? Math.log1p(agesMs[index]! / 3_600_000) : 0
    }
    return [logPlace, latest, nearLatest, shareLater, quietSince, scaled(logPlace, poverty)]
  },
  sentence(context, index) {
    const place = context.timeline.places[index]!
    const count = context.candidates.length
    if (count < 2) return null
    if (place === 0) return `The latest of ${count} changes`
    return place < count / 2 ? `Only ${place} of ${count} changes came later` : `${place} of ${count} changes came later`
  },
}
