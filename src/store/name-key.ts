/** How a repository is found by its name, in any case. */
export function nameKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase()
}
