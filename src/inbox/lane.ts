import { z } from 'zod'

export type Lane = { lane: string; installationId: number | null }

/** GitHub's ids exceed 32 bits but not what a double holds exactly. */
const id = z.number().int().positive()
const addressed = z.object({
  installation: z.object({ id }).optional().catch(undefined),
  repository: z.object({ id }).optional().catch(undefined),
  what: z.object({ kind: z.string() }).optional().catch(undefined),
})

/** Events about an installation as a whole: they must run in order with each other, whatever repository they mention. */
const OF_INSTALLATION = new Set(['installation', 'installation_repositories', 'installation_target'])

/**
 * Whose turn a delivery waits for. Deliveries of one lane run in order, lanes side by side.
 * Never throws: what can't be understood goes to the lane `other`, where handling it fails with the reason.
 */
export function laneOf(event: string, body: Uint8Array): Lane {
  let payload: unknown
  try {
    payload = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return { lane: 'other', installationId: null }
  }
  const parsed = addressed.safeParse(payload)
  if (!parsed.success) return { lane: 'other', installationId: null }
  const repositoryId = OF_INSTALLATION.has(event) ? undefined : parsed.data.repository?.id
  const installationId = parsed.data.installation?.id ?? null
  // A job waits for the gate: nothing that is slow or failing in the repository's lane may be before it.
  const isGate = event === 'deployment_protection_rule' || parsed.data.what?.kind === 'gate'
  if (repositoryId !== undefined) return { lane: `${isGate ? 'gate' : 'repository'}:${repositoryId}`, installationId }
  return { lane: installationId === null ? 'other' : `installation:${installationId}`, installationId }
}
