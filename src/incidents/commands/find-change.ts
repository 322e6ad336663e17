import type { Change } from '../../domain/change.ts'
import { areReadable } from '../../catalog/readable.ts'
import type { Saying } from './command-kind.ts'

/** The change that `#12`, `acme/ledger#12`, a sha or an address names; null when there is none that readers here may see. */
export async function findChange({ work, repository }: Pick<Saying, 'work' | 'repository'>, named: string): Promise<Change | null> {
  const { changes } = work.tenant
  const number = /^#(\d{1,9})$/.exec(named)?.[1]
  if (number) return changes.byNumber(repository.id, Number(number))
  const sha = /^`?([0-9a-f]{7,64})`?$/i.exec(named)?.[1]
  if (sha) return changes.byCommitPrefix(repository.id, sha.toLowerCase())
  const elsewhere =
    /^([\w.-]+)\/([\w.-]+)(?:#(\d{1,9})|@([0-9a-f]{7,64}))$/i.exec(named) ??
    /^https?:\/\/[^/\s]+\/([\w.-]+)\/([\w.-]+)\/(?:pull\/(\d{1,9})|commit\/([0-9a-f]{7,64}))(?:[/?#]\S*)?$/i.exec(named)
  if (!elsewhere) return null
  const [, owner = '', name = '', pull, commit = ''] = elsewhere
  const home = await work.tenant.repositories.byName(owner, name)
  if (!home || !(await areReadable(work.tenant, repository, [home.id]))) return null
  return pull ? changes.byNumber(home.id, Number(pull)) : changes.byCommitPrefix(home.id, commit.toLowerCase())
}
