// Runs dependency-cruiser over src, then over a copy with one forbidden import planted, which it must refuse:
// a checker that finds no modules (a wrong TypeScript, a wrong path) would pass everything in silence.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

const real = cruise(root)
process.stdout.write(real.output)
if (real.status !== 0) process.exit(1)
if (!/\b[1-9]\d+ modules/.test(real.output)) fail(`dependency-cruiser saw too few modules:\n${real.output}`)

const copy = mkdtempSync(join(tmpdir(), 'causeway-architecture-'))
try {
  for (const part of ['src', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs'])
    cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, 'src/rank/planted.ts'), "import { openStore } from '../store/database.ts'\nexport const planted = openStore\n")
  const planted = cruise(copy)
  if (planted.status === 0 || !planted.output.includes('rank-is-pure'))
    fail(`the planted forbidden import was not refused:\n${planted.output}`)
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function cruise(folder: string): { status: number | null; output: string } {
  const run = spawnSync(
    process.execPath,
    [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', 'src'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  return { status: run.status, output: run.stdout + run.stderr }
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
