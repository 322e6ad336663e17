import type { State } from './state.ts'
export function issuePage(_state: State, _owner: string, _name: string, _number: number): string | null {
  return null
}
