// When it was last seen to work: nothing tells more about which change it was.
import type { Change } from '../../domain/change.ts'
import { utc } from '../../render/words.ts'
import { statedTime, wordsAfterTime } from '../stated-time.ts'
import type { CommandKind, Saying } from './command-kind.ts'
import { findChange } from './find-change.ts'

const MOST_DEPLOYMENTS = 2_000
const TAKES_BACK = /^(?:unknown|never|undo)\b/i

export const worked: CommandKind = {
  form: '/worked 13:40',
  does: 'says when it was last seen to work: a time, a version that was live (`v41`, a sha) or a change (`#123`). What was live by then is ruled out; `/worked unknown` takes it back',
  run: async (saying) => {
    const { rest, incident } = saying
    if (TAKES_BACK.test(rest)) return { facts: [{ fact: { kind: 'worked', with: null } }] }
    const [first = '', ...why] = rest.split(/\s+/)
    const version = first === '' ? null : ((await changeNamed(saying, first)) ?? (await versionNamed(saying, first)))
    const at = version?.at ?? statedTime(rest, saying.saidAt)
    if (at === null) {
      return {
        mistake:
          'I read in it no time, no change that I know, and no version that was live lately. Times are `14:05 CET`, `20 minutes ago` or `2026-03-04T14:05Z`; without a zone they are UTC.',
      }
    }
    if (at >= incident.detectedAt) {
      return {
        mistake: `${utc(at)} is not before the incident began (${utc(incident.detectedAt)}). If it began later, say so in the issue: “started at …”.`,
      }
    }
    return {
      facts: [
        {
          fact: { kind: 'worked', with: { name: version?.name ?? null } },
          at,
          text: version === null ? wordsAfterTime(rest) : why.join(' '),
        },
      ],
    }
  },
}

type Version = { name: string; at: Date }

/** A change worked when it had gone live, or had landed where no deployment tells. */
async function changeNamed(saying: Saying, named: string): Promise<Version | null> {
  const change = await findChange(saying, named)
  return change === null ? null : { name: nameOf(change), at: (await firstLive(saying, change)) ?? change.mergedAt }
}

async function firstLive({ work }: Saying, { id }: Change): Promise<Date | null> {
  const times = (await work.tenant.deployments.carrying([id])).flatMap(({ direction, deployment: { isProduction, liveAt } }) =>
    direction === 'in' && isProduction && liveAt !== null ? [liveAt] : [],
  )
  return times.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null
}

/** The last time that a version of the incident's services went live before it began, by its tag, branch or sha. */
async function versionNamed({ work, repository, catalog, incident }: Saying, named: string): Promise<Version | null> {
  const services = incident.services.map((service) => ({ repositoryId: repository.id, service }))
  const from = new Date(incident.detectedAt.getTime() - catalog.settings.incidents.lookbackMs)
  const live = await work.tenant.deployments.liveBetween(services, from, incident.detectedAt, MOST_DEPLOYMENTS)
  const sha = /^`?([0-9a-f]{7,64})`?$/i.exec(named)?.[1]?.toLowerCase()
  const found = live
    .map(({ deployment }) => deployment)
    .findLast((each) => each.isProduction && (each.ref === named || (sha !== undefined && each.sha.startsWith(sha))))
  return found?.liveAt ? { name: found.ref === named ? named : found.sha.slice(0, 8), at: found.liveAt } : null
}

const nameOf = ({ number, mergeSha }: Change): string => (number === null ? mergeSha.slice(0, 8) : `#${number}`)
