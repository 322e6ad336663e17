import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGitRepository } from '../support/git-repository.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'causeway-package-'))
const causeway = (...args: string[]) =>
  run(process.execPath, [join(folder, 'node_modules/causeway/bin/causeway.js'), ...args], { cwd: folder, encoding: 'utf8' })

describe('the published package', () => {
  beforeAll(async () => {
    await run('npm', ['run', 'build'], { cwd: root })
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: root })
    const packed = JSON.parse(stdout) as { filename: string }[] | Record<string, { filename: string }>
    const [file] = Array.isArray(packed) ? packed : Object.values(packed)
    await run('npm', ['init', '-y'], { cwd: folder })
    await run('npm', ['install', '--ignore-scripts', '--omit=optional', '--prefer-offline', join(folder, file!.filename)], { cwd: folder })
  }, 300_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs from dist, says its version and lists its commands', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect((await causeway('--version')).stdout.trim()).toBe(version)
    expect((await causeway('--help')).stdout).toContain('suspects')
  })

  it('brings its migrations along', async () => {
    const database = join(folder, 'packed.sqlite')
    const { stdout } = await run(process.execPath, [join(folder, 'node_modules/causeway/bin/causeway.js'), 'migrate', '--json'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CAUSEWAY_DATABASE_URL: `file:${database}` },
    })
    expect(() => JSON.parse(stdout) as unknown).not.toThrow()
    expect(readFileSync(database).subarray(0, 15).toString()).toBe('SQLite format 3')
  })

  it('ranks the changes of a clone with the model that it ships', async () => {
    const repository = makeGitRepository()
    repository.commit('Start the shop', { 'README.md': 'A shop\n' })
    repository.commit('Retry payments', { 'pay.ts': 'export const retry = () => 1\n' })
    const { stdout } = await causeway(
      'suspects',
      repository.path,
      '--text',
      'retry of payments fails in pay.ts',
      '--at',
      '2026-01-05T12:00:00Z',
      '--json',
    )
    repository.remove()
    const ranking = JSON.parse(stdout) as { suspects: { title: string }[] }
    expect(ranking.suspects[0]?.title).toBe('Retry payments')
  })
})
