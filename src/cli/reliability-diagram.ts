import type { Calibration } from '../rank/learn/calibration.ts'
import type { EvaluationReport } from '../rank/learn/evaluate.ts'

const SIDE = 320
const GAP = 90
const TOP = 60
const LEFT = 70

/** How often it happened against how often it was forecast, for the first suspect and for "none of these", as SVG. */
export function reliabilityDiagram({ calibration, listed }: EvaluationReport): string {
  const width = LEFT + 2 * SIDE + GAP + 30
  const height = TOP + SIDE + 60
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="13" fill="#57606a">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${panel(LEFT, 'The first suspect is the cause', calibration)}
${panel(LEFT + SIDE + GAP, 'The cause is not listed (every second case)', listed.calibration)}
</svg>
`
}

function panel(left: number, title: string, { bins, n, ece, slope }: Calibration): string {
  const x = (share: number): string => (left + share * SIDE).toFixed(1)
  const y = (share: number): string => (TOP + SIDE - share * SIDE).toFixed(1)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<path d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${y(share)}H${x(1)}" stroke="#d0d7de" stroke-width="0.5"/>` +
      `<text x="${x(share)}" y="${TOP + SIDE + 18}" text-anchor="middle">${share * 100} %</text>` +
      `<text x="${left - 8}" y="${Number(y(share)) + 4}" text-anchor="end">${share * 100} %</text>`,
  )
  const marks = bins.map((bin) => {
    // Two standard errors of a share of so many.
    const error = 2 * Math.sqrt((bin.forecast * (1 - bin.forecast)) / bin.n)
    const [low, high] = [Math.max(0, bin.happened - error), Math.min(1, bin.happened + error)]
    return (
      `<path d="M${x(bin.forecast)} ${y(low)}V${y(high)}" stroke="#0969da" stroke-width="1.5" stroke-opacity="0.45"/>` +
      `<circle cx="${x(bin.forecast)}" cy="${y(bin.happened)}" r="4.5" fill="#0969da"/>`
    )
  })
  return [
    `<text x="${left}" y="22" font-size="15" font-weight="600" fill="#1f2328">${title}</text>`,
    `<text x="${left}" y="42">${n} forecasts, error ${ece.toFixed(3)} beyond noise, slope ${slope.toFixed(2)}</text>`,
    ...ticks,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#57606a" stroke-dasharray="4 4"/>`,
    ...marks,
    `<text x="${left + SIDE / 2}" y="${TOP + SIDE + 42}" text-anchor="middle">forecast</text>`,
    `<text transform="translate(${left - 50} ${TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">happened</text>`,
  ].join('\n')
}
