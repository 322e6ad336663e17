/** A repository as the store knows it. Ids are GitHub's and exceed 32 bits. */
export type Repository = {
  id: number
  installationId: number
  owner: string
  name: string
  isPrivate: boolean
  isArchived: boolean
  defaultBranch: string
  /** Set when GitHub says it is gone, or when the installation lost it. */
  removedAt: Date | null
  /** GitHub's `updated_at` of what is said here; null or absent where it was not told. An older one never overwrites a newer one. */
  updatedAt?: Date | null
}

/** The repository whose readers will see what is asked for. */
export type Reader = Pick<Repository, 'id' | 'owner' | 'name'>

/** What is needed to name a repository in a GitHub request. */
export type RepositoryName = { owner: string; name: string }

export type Installation = {
  id: number
  accountLogin: string
  suspendedAt: Date | null
  removedAt: Date | null
  /** Permission name → `read` | `write` | `admin`, as last granted. */
  permissions: Record<string, string>
  /** GitHub's `updated_at` of what is said here, as for a repository. */
  updatedAt?: Date | null
}
