import type { Repository } from '../domain/repository.ts'
import type { Catalog } from '../domain/service.ts'

/** Whether `reader`'s readers may see `other` quoted: its own, public ones, and private ones whose own file names it. Pure. */
export function mayQuote(reader: Repository, other: Repository, otherCatalog: Catalog | undefined): boolean {
  if (other.id === reader.id || !other.isPrivate) return true
  const name = `${reader.owner}/${reader.name}`.toLowerCase()
  return otherCatalog?.settings.shareWith.some((shared) => shared.toLowerCase() === name) ?? false
}
