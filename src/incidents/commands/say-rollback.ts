// The way back: the kit, and where the file allows it the pull request that undoes the change.
import type { Change } from '../../domain/change.ts'
import { link } from '../../render/escape.ts'
import { confirmedCauses, verdictsOf } from '../../domain/verdicts.ts'
import { prepareRevert } from '../prepare-revert.ts'
import { changeLink } from '../rollback-kit.ts'
import { findChange } from './find-change.ts'
import type { CommandKind, Saying } from './command-kind.ts'

export const rollback: CommandKind = {
  form: '/rollback [#123]',
  does: 'shows the way back from the first suspect; where the file allows it, opens the pull request that undoes what is named or confirmed',
  run: async (saying) => {
    const [named = ''] = saying.rest.split(/\s+/)
    const change = named === '' ? await confirmed(saying) : await findChange(saying, named)
    if (change === null && named !== '') return { mistake: `I know no merged change ${named.slice(0, 100)}.` }
    if (change === null) return { facts: [{ fact: { kind: 'rollback-asked' } }] }
    const { text: name, url } = changeLink(change)
    const facts = [{ fact: { kind: 'rollback-asked' as const, name } }]
    if (change.revertedBy.length > 0)
      return { facts, reply: `${link(name, url, 60)} was reverted already: deploy what stands on the branch now.` }
    await prepareRevert(saying, change)
    return { facts }
  },
}

/** The one of this repository that somebody said caused it; the first where there are several. */
async function confirmed({ work, incident, repository }: Saying): Promise<Change | null> {
  const ids = confirmedCauses(verdictsOf(await work.tenant.incidents.outcomes(incident.id)))
  const changes = ids.length === 0 ? [] : await work.tenant.changes.byIds(ids)
  return changes.find(({ repositoryId }) => repositoryId === repository.id) ?? null
}
