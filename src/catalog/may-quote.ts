// Who may be quoted where: two private repositories have different readers. Pure; every rendering asks here.
import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'

/**
 * Whether a text in `reader` may tell anything of `other`: its own repository, public ones, and private ones whose own
 * file names `reader` under `share_with`.
 */
export function mayQuote(
  reader: Pick<Repository, 'id' | 'owner' | 'name'>,
  other: Pick<Repository, 'id' | 'isPrivate' | 'removedAt'>,
  otherCatalog: Catalog | undefined,
): boolean {
  if (other.id === reader.id) return true
  if (other.removedAt !== null) return false
  if (!other.isPrivate) return true
  const name = `${reader.owner}/${reader.name}`.toLowerCase()
  return otherCatalog?.settings.shareWith.some((shared) => shared.toLowerCase() === name) ?? false
}
