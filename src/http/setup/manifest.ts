// What GitHub is asked to register. Pure: the app.yml's text and a person's answers in, a manifest and an address out.
import { parse } from 'yaml'
import { z } from 'zod'
import { WEBHOOK_PATH } from '../webhook-intake.ts'

const base = z.strictObject({
  name: z.string().max(34),
  description: z.string(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
  default_events: z.array(z.string()),
})

export type Manifest = z.infer<typeof base> & {
  url: string
  hook_attributes: { url: string; active: boolean }
  redirect_url: string
}

/** What is only asked for where a person ticks it; app.yml holds what every installation needs. */
export const optionalFeatures = [
  {
    name: 'checks',
    title: 'Risk of pull requests and deployments',
    adds: 'Checks: write',
    why: 'A check on each pull request, and one on what a production deployment ships. It never blocks unless a file says so.',
    isSuggested: true,
    permissions: { checks: 'write' },
    events: ['check_run', 'check_suite'],
  },
  {
    name: 'implicated',
    title: 'Tell a pull request that an incident came of it',
    adds: 'Pull requests: write',
    why: 'One comment on a merged pull request that was confirmed as a cause, edited when it is cleared.',
    isSuggested: false,
    permissions: { pull_requests: 'write' },
    events: [],
  },
  {
    name: 'documents',
    title: 'Postmortems and reverts as pull requests',
    adds: 'Contents: write, Pull requests: write',
    why: 'Without it a postmortem is an issue, and /rollback lists the steps.',
    isSuggested: false,
    permissions: { contents: 'write', pull_requests: 'write' },
    events: [],
  },
  {
    name: 'workflows',
    title: 'Deployments are runs of a workflow',
    adds: 'Actions: read',
    why: 'For repositories that deploy in a workflow without GitHub’s deployments.',
    isSuggested: false,
    permissions: { actions: 'read' },
    events: ['workflow_run'],
  },
  {
    name: 'gate',
    title: 'Hold deployments during an incident',
    adds: 'Deployments: write, Actions: read',
    why: 'A deployment protection rule, off until a repository’s file switches it on. GitHub waits for its answer, so while Causeway is stopped those deployments wait, too; an administrator lets them through by Review deployments → Start all waiting jobs.',
    isSuggested: false,
    permissions: { deployments: 'write', actions: 'read' },
    events: ['deployment_protection_rule'],
  },
] as const

const PROJECT_URL = 'https://github.com/apps'

const trimmed = z.string().trim()

/** The set-up form. A blank organisation means one's own account, a blank host github.com. */
export const setupAnswers = z
  .object({
    webhook: trimmed.transform((value, context) => {
      const address = /^https?:\/\//i.test(value) ? value : `https://${value}`
      const url = URL.canParse(address) ? new URL(address) : null
      if (url?.hostname && !url.username) return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
      context.addIssue('The public address must be one like https://causeway.example.com.')
      return z.NEVER
    }),
    organization: trimmed
      .regex(/^(?:[a-z\d](?:[a-z\d-]{0,38}))?$/i, 'The organisation is its name as it stands in its address: acme.')
      .default(''),
    host: trimmed
      .transform((value) => value.replace(/^https?:\/\//i, '').replace(/\/+$/, ''))
      .pipe(z.string().regex(/^(?:[a-z\d.-]+(?::\d{1,5})?)?$/i, 'The host must be one like github.example.com.'))
      .transform((value) => (value.toLowerCase() === 'github.com' ? '' : value.toLowerCase()))
      .default(''),
    name: trimmed.max(34, 'GitHub allows 34 characters for the name.').default(''),
    features: z.array(z.enum(optionalFeatures.map((feature) => feature.name))).default([]),
  })
  .refine(({ webhook, host }) => host !== '' || !isLocal(new URL(webhook).hostname), {
    message: 'github.com can not reach an address of this machine: give the one at which the internet sees it (a tunnel will do).',
    path: ['webhook'],
  })

export type SetupAnswers = z.output<typeof setupAnswers>

function isLocal(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i.test(hostname)
}

/** `origin`: where the person's browser sees the set-up page; GitHub sends it back there. */
export function buildManifest(appYaml: string, answers: SetupAnswers, origin: string): Manifest {
  const app = base.parse(parse(appYaml))
  const features = optionalFeatures.filter((feature) => answers.features.includes(feature.name))
  const path = new URL(answers.webhook).pathname.endsWith(WEBHOOK_PATH) ? '' : WEBHOOK_PATH
  return {
    ...app,
    name: answers.name || app.name,
    // No feature asks for less than another, so the order in which they are laid over each other does not matter.
    default_permissions: Object.fromEntries(
      [app.default_permissions, ...features.map((feature) => feature.permissions)].flatMap((each) => Object.entries(each)),
    ),
    default_events: [...app.default_events, ...features.flatMap((feature) => feature.events)],
    url: isLocal(new URL(answers.webhook).hostname) ? PROJECT_URL : new URL(answers.webhook).origin,
    hook_attributes: { url: `${answers.webhook}${path}`, active: true },
    redirect_url: `${origin}/setup/callback`,
  }
}

/** Where the manifest is posted to, by the person's own browser. */
export function registrationUrl(webUrl: string, organization: string, state: string): string {
  const owner = organization === '' ? '' : `/organizations/${encodeURIComponent(organization)}`
  return `${webUrl}${owner}/settings/apps/new?state=${encodeURIComponent(state)}`
}
