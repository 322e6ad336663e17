import { pathKinds } from '../../rank/path-kinds.ts'
import { titleTraits } from '../../rank/title-traits.ts'
import type { FeatureGroup, RiskContext } from './feature-group.ts'

/** What kinds of files are changed: documents and tests rarely break anything. */
export const fileKind: FeatureGroup = {
  kind: 'file-kind',
  features: [
    { name: 'file-kind.docs' },
    { name: 'file-kind.tests' },
    { name: 'file-kind.harmless' },
    { name: 'file-kind.code-and-tests' },
    { name: 'file-kind.build' },
    { name: 'file-kind.configuration' },
    { name: 'file-kind.migration' },
    { name: 'file-kind.flag' },
  ],
  measure(context) {
    const kinds = kindsOf(context)
    const share = (kind: Parameters<typeof kinds.get>[0]): number => kinds.get(kind) ?? 0
    const tests = share('tests')
    return [
      share('docs'),
      tests,
      isHarmless(context) ? 1 : 0,
      tests > 0 && tests < 1 ? 1 : 0,
      share('build'),
      share('configuration'),
      share('migration') > 0 ? 1 : 0,
      titleTraits(context.change.title).isFlag ? 1 : 0,
    ]
  },
  sentence(context, strength) {
    const kinds = kindsOf(context)
    const say = (sentence: string) => ({ sentence, url: null })
    if (kinds.get('docs') === 1) return say('Changes documentation only')
    if (kinds.get('tests') === 1) return say('Changes tests only')
    if (isHarmless(context)) return say('Changes documentation and tests only')
    if (strength < 0) return kinds.has('tests') ? say('Changes tests along with the code') : null
    if (kinds.has('migration')) return say('Changes the database schema or its data')
    if (titleTraits(context.change.title).isFlag) return say('Switches a feature or an experiment')
    if (kinds.has('build')) return say('Changes build files')
    if (kinds.has('configuration')) return say('Changes configuration')
    return say(kinds.has('tests') ? 'Changes code, not only documentation and tests' : 'Changes code, and no tests with it')
  },
}

const kindsOf = ({ change }: RiskContext) => pathKinds(change.files.map((file) => file.path.toLowerCase()))

function isHarmless(context: RiskContext): boolean {
  const kinds = kindsOf(context)
  // Files that are both count twice, so a sum above 1 proves nothing unless it holds for each of them alone.
  return (
    context.change.files.length > 0 &&
    context.change.files.every(({ path }) => {
      const own = pathKinds([path.toLowerCase()])
      return own.has('docs') || own.has('tests')
    }) &&
    kinds.size > 0
  )
}
