// What each group of features adds: models learned without it against one learned with all of them. Pure.
import { featureGroups } from '../risk-features.ts'
import { figuresOf, meanFigures, type RiskFigures } from './evaluate-risk.ts'
import { type LearnedSet, trainRisk } from './train-risk.ts'

/** `without`: null for all of them. Each set counts the same, and was judged by a model that has not seen it. */
export type Ablation = RiskFigures & { without: string | null }

/** Learned in parts, so many sets left out at once: a dozen models a set would take hours. `told` hears of each that is done. */
export function ablateRisk(sets: readonly LearnedSet[], parts: number, told: (ablation: Ablation) => void): Ablation[] {
  const groups = [null, ...featureGroups.map(({ kind }) => kind), 'words']
  return groups.map((without) => {
    const figures = Array.from({ length: Math.min(parts, sets.length) }, (_, part) => {
      const isIn = (_set: LearnedSet, at: number): boolean => at % parts === part
      const others = sets.filter((set, at) => !isIn(set, at))
      const model = trainRisk(others, { version: 'ablation', description: '', without: without === null ? [] : [without] })
      return sets.filter(isIn).map(({ rows }) => figuresOf(rows, model))
    }).flat()
    const ablation = { without, ...meanFigures(figures, ['auc', 'aucpr', 'ece', 'lift10', 'brierSkill', 'slope']) }
    told(ablation)
    return ablation
  })
}
