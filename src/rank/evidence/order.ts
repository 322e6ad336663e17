import { columnOf, type EvidenceModule } from './evidence-kind.ts'

/** Place in time: how many others took effect later. It measures time in the repository's own rhythm, quiet Sundays included. */
export const order: EvidenceModule = {
  kind: 'order',
  features: ['order.log-place', 'order.latest', 'order.near-latest', 'order.share-later', 'order.quiet-since', 'order.log-place*poor-text'],
  measure(context) {
    const { places, agesMs } = context.timeline
    const count = Math.max(1, places.length)
    const poverty = 1 - context.matches.richness
    const logPlace = places.map((place) => -Math.log1p(place))
    return [
      logPlace,
      places.map((place) => (place === 0 ? 1 : 0)),
      places.map((place) => (place >= 1 && place <= 4 ? 1 : 0)),
      places.map((place) => 1 - place / count),
      // The latest change before a long silence stands out less by its age than by its place.
      columnOf(context, (_, index) => (places[index] === 0 ? Math.log1p(agesMs[index]! / 3_600_000) : 0)),
      logPlace.map((value) => value * poverty),
    ]
  },
  sentence(context, index) {
    const place = context.timeline.places[index]!
    const count = context.candidates.length
    if (count < 2) return null
    if (place === 0) return `The latest of ${count} changes`
    return place < count / 2 ? `Only ${place} of ${count} changes came later` : `${place} of ${count} changes came later`
  },
}
