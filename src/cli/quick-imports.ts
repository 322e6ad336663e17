import { enableCompileCache, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Packages of hundreds of small ES modules that import each other by relative paths. */
const MANY_FILES = /\/node_modules\/(?:drizzle-orm|date-fns|chrono-node)\//

/**
 * For each import between files of a package, Node parses that package's whole package.json again: 0.2 MB for drizzle-orm
 * and date-fns, 2,400 times a start, which was two thirds of it. What a relative path means needs no package.json.
 */
export function importQuickly(): void {
  // Types stripped and code compiled once, not at every start; where this folder can't be written, Node goes on without.
  enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/causeway', import.meta.url)))
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('.') &&
      specifier.endsWith('.js') &&
      context.conditions.includes('import') &&
      MANY_FILES.test(context.parentURL ?? '')
        ? { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true }
        : next(specifier, context),
  })
}
