// What `.github/causeway.yml` may say: its schema, from which the editors' one is generated. Nothing is read here.
import { z } from 'zod'
import { globProblem } from '../catalog/glob.ts'

const MAX_SERVICES = 2000
const DAY_MS = 86_400_000
const UNIT_MS = { m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS } as const

const glob = z.string().superRefine((pattern, context) => {
  const problem = globProblem(pattern)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})
const globs = z.array(glob).max(200)
const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^\P{Cc}*$/u, 'must be one line without control characters.')
const serviceName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u, {
  error: 'use letters, digits, spaces, `.`, `_` and `-`, at most 80, beginning with a letter or digit.',
})
const repositoryName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100}$/, { error: 'must be written as owner/repository.' })

const duration = z
  .string()
  .regex(/^\d{1,5}[mhdw]$/, { error: 'must be a number with m, h, d or w, such as "36h" or "14d".' })
  .refine((text) => durationMs(text) >= UNIT_MS.h && durationMs(text) <= 90 * DAY_MS, { error: 'must be between 1h and 90d.' })

const service = z.strictObject({
  paths: globs
    .optional()
    .describe('Globs of the paths that belong to the service, from the root of the repository. Without them: every path.'),
  environments: z
    .record(serviceName, globs)
    .optional()
    .describe(
      'Names of ours, each with the names (globs) under which deployments call it. Without them: every environment by its own name.',
    ),
  owners: z.array(line).max(50).optional().describe('@login, @org/team or an e-mail address. Without them: CODEOWNERS.'),
  depends_on: z.array(line).max(200).optional().describe('Services of this file by name, others as owner/repository:service.'),
  runbooks: z.array(line).max(50).optional().describe('Addresses, or paths in this repository.'),
})

const labelName = line.max(50)

const mapping = z
  .strictObject({
    service: serviceName,
    environment: glob.optional(),
    task: glob.optional(),
    workflow: glob.optional(),
  })
  .refine((rule) => rule.environment !== undefined || rule.task !== undefined || rule.workflow !== undefined, {
    error: 'needs at least one of environment, task and workflow.',
  })

const source = z.union(
  [z.enum(['deployments', 'releases', 'api']), z.strictObject({ workflow_run: z.strictObject({ workflow: z.string().min(1).max(200) }) })],
  { error: 'must be deployments, releases, api, or `workflow_run: { workflow: deploy.yml }`.' },
)

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of the day such as "22:00".' })
const timezone = z
  .string()
  .refine((name) => isTimezone(name), { error: 'must be a time zone such as "Europe/Berlin" or "UTC".' })
  .optional()
const gate = z
  .strictObject({
    environments: globs.min(1).describe('Environments (globs) whose deployments wait for an answer of Causeway.'),
    severities: z.array(z.int().min(0).max(9)).max(10).optional().describe('Open incidents of these severities hold. Default: 1 and 2.'),
    max_risk: z.number().gt(0).lt(1).optional().describe('Combined risk (0 to 1) above which it holds. Default: none.'),
    quiet_hours: z
      .array(
        z.strictObject({
          days: z
            .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
            .max(7)
            .optional(),
          from: timeOfDay,
          to: timeOfDay,
          timezone,
        }),
      )
      .max(20)
      .optional()
      .describe('Times in which nothing is deployed. Without days: every day. Time zone: UTC unless named.'),
    action: z.enum(['hold', 'reject']).optional().describe('What happens where it is not approved. Default: hold.'),
    longest_hold: duration.optional().describe('A held deployment is let through after so long. Default: 4h.'),
    fix_labels: z
      .array(z.string().min(1).max(50))
      .max(20)
      .optional()
      .describe('Labels of changes that fix an open incident. Default: hotfix.'),
  })
  .describe(
    'Answers a custom deployment protection rule. Off unless this is written. GitHub waits until the App answers: while Causeway is stopped the job waits, and an administrator can let it through ("Start all waiting jobs").',
  )

/** The file as it is written; `version` is the only key that must be there. */
export const repositoryFileSchema = z.strictObject({
  version: z.literal(1).describe('The version of this format.'),
  services: z
    .record(serviceName, service.nullable())
    .refine((services) => Object.keys(services).length <= MAX_SERVICES, { error: `holds more than ${MAX_SERVICES} services.` })
    .optional()
    .describe('What this repository holds. Without it: catalog-info.yaml, else one service named as the repository.'),
  deployments: z
    .strictObject({
      from: source.optional().describe('What counts as a deployment. Default: deployments.'),
      mapping: z.array(mapping).max(500).optional().describe('Which service a deployment is of; the first rule that matches counts.'),
      branches: globs.optional().describe('Branches besides the default one whose commits count as changes.'),
      watch: duration.optional().describe('How long a production deployment is watched before it counts as healthy. Default: 1h.'),
      gate: gate.optional(),
    })
    .optional(),
  incidents: z
    .strictObject({
      labels: z
        .array(z.string().min(1).max(50))
        .min(1)
        .max(20)
        .optional()
        .describe('Issues with one of these labels are incidents. Default: incident.'),
      lookback: duration.optional().describe('How far back causes are looked for. Default: 14d.'),
      severities: z
        .array(z.int().min(0).max(9))
        .min(1)
        .max(10)
        .optional()
        .describe('Allowed severities, the gravest first. Default: 1 to 4.'),
      bots: z.array(line).max(50).optional().describe('Logins of bots whose incident issues count.'),
      state_labels: z
        .union([
          z.literal(false),
          z.strictObject({
            triggered: labelName.optional(),
            acknowledged: labelName.optional(),
            mitigated: labelName.optional(),
            resolved: labelName.optional(),
          }),
        ])
        .optional()
        .describe('The label of each state; one that is left out has none. false: no labels. Default: "incident: acknowledged" and so on.'),
      severity_label: z
        .union([z.literal(false), labelName.includes('{n}', { error: 'must hold {n}, which stands for the number.' })])
        .optional()
        .describe('The label of a severity. false: none. Default: sev-{n}.'),
      rollback: z
        .enum(['kit', 'pull-request'])
        .optional()
        .describe(
          'What /rollback prepares: the way back in the comment, or also a revert pull request (needs "Contents: write" and "Pull requests: write"). Default: kit.',
        ),
    })
    .optional(),
  postmortems: z
    .strictObject({
      on_resolve: z
        .array(z.int().min(0).max(9))
        .max(10)
        .optional()
        .describe('Severities whose postmortem is begun when the incident is resolved; others by /postmortem. Default: none.'),
      template: line.optional().describe('Path of a template in this repository; {{summary}}, {{timeline}} and so on are filled in.'),
      labels: z.array(labelName).max(10).optional().describe('Labels of the issue or pull request that holds it. Default: postmortem.'),
      as: z
        .enum(['issue', 'pull-request'])
        .optional()
        .describe(
          'Where it is begun: in an issue, or as a draft pull request that adds a document (needs "Contents: write" and "Pull requests: write"). Default: issue.',
        ),
      folder: line
        .regex(/^(?!\/|.*(?:^|\/)\.\.?(?:\/|$))[^\\]+$/, { error: 'must be a folder of this repository, such as docs/postmortems.' })
        .optional()
        .describe('Folder of such documents. Default: docs/postmortems.'),
      follow_ups: z
        .union([
          z.literal(false),
          z.strictObject({
            due: duration.optional().describe('When those are due whose line names no day. Default: 30d.'),
            label: labelName.optional().describe('Label of their issues. Default: follow-up.'),
          }),
        ])
        .optional()
        .describe('What is listed under follow-ups in a postmortem becomes issues. false: it does not.'),
    })
    .optional(),
  pull_requests: z
    .strictObject({
      risk_check: z.boolean().optional().describe('Whether pull requests get a risk check. Default: true.'),
      comments: z
        .enum(['never', 'confirmed', 'probable'])
        .optional()
        .describe('When an implicated pull request gets a comment. Default: confirmed.'),
      fail_above: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .describe('Risk (0 to 1) above which the risk check fails, such as 0.2. Without it the check never fails.'),
    })
    .optional(),
  share_with: z.array(repositoryName).max(500).optional().describe('Other private repositories whose readers may see this one quoted.'),
})

export type RepositoryFile = z.infer<typeof repositoryFileSchema>
export type ServiceEntry = z.infer<typeof service>
export type SourceStated = z.infer<typeof source>
export type GateStated = z.infer<typeof gate>

/** `14d` in milliseconds; NaN for what the schema refuses. */
export const durationMs = (text: string): number =>
  Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS] ?? Number.NaN)

const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The JSON Schema that editors use; `schema/causeway.schema.json` is this text. */
export const repositoryFileJsonSchema = (): string => {
  const schema = z.toJSONSchema(repositoryFileSchema, { target: 'draft-7', io: 'input' })
  return `${JSON.stringify({ title: 'Causeway: .github/causeway.yml', ...schema }, null, 2)}\n`
}
