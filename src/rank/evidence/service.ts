import { columnOf, type EvidenceModule, oncePerPool } from './evidence-kind.ts'

/** How far the change's service is from the one that broke. */
export const service: EvidenceModule = {
  kind: 'service',
  features: ['service.same', 'service.near'],
  measure: oncePerPool(({ candidates }) => [
    columnOf({ candidates }, ({ candidate }) => (candidate.serviceDistance === 0 ? 1 : 0)),
    columnOf({ candidates }, ({ candidate }) =>
      candidate.serviceDistance === null || candidate.serviceDistance === 0 ? 0 : 1 / candidate.serviceDistance,
    ),
  ]),
  sentence(context, index) {
    const distance = context.candidates[index]!.candidate.serviceDistance
    if (distance === null) return null
    if (distance === 0) return 'Changes the affected service itself'
    return distance === 1 ? 'Changes a service that the affected one depends on' : `Changes a service ${distance} dependencies away`
  },
}
