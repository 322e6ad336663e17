import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They take minutes: begun last, they would leave one worker at work and the others idle. */
const LONGEST = ['e2e/shuffle', 'package/package', 'e2e/chaos', 'contract/store/postgres', 'e2e/incident', 'e2e/process'].map(
  (name) => `test/${name}.test.ts`,
)

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name))
      return at === -1 ? LONGEST.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
