#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must get this sentence, not a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `causeway needs Node.js 22.18 or newer; this is ${process.versions.node}. Inside the project, "npm ci" brings its own: use "npm run causeway -- ...".`,
  )
  process.exit(1)
}
const { existsSync } = await import('node:fs')
const { enableCompileCache } = await import('node:module')
const { fileURLToPath } = await import('node:url')
// Types are stripped and code compiled once, not at every start; where this folder can't be written, Node goes on without.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/causeway', import.meta.url)))
// Beside its sources it runs them as they are (Node strips the types); a published package holds only dist/.
const source = new URL('../src/cli/program.ts', import.meta.url)
const entry =
  existsSync(source) && !import.meta.url.includes('/node_modules/') ? source : new URL('../dist/cli/program.js', import.meta.url)
const { run } = await import(entry.href)
await run(process.argv)
