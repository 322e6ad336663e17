import { registerHooks } from 'node:module'

/** Packages of hundreds of small ES modules that import each other by relative paths. */
const MANY_FILES = /\/node_modules\/(?:drizzle-orm|date-fns|chrono-node)\//

/**
 * For each import between files of a package, Node parses that package's whole package.json again: 0.2 MB for drizzle-orm
 * and date-fns, 2,400 times a start, which was two thirds of it. What a relative path means needs no package.json.
 */
export function importQuickly(): void {
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
