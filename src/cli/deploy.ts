import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Option, type Command } from 'commander'
import { failWith } from './report-error.ts'

const STATES = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const

type DeployOptions = {
  service?: string
  environment: string
  sha?: string
  status: (typeof STATES)[number]
  repository?: string
  url?: string
  ref?: string
  id?: string
  idempotencyKey?: string
  server?: string
  token?: string
  json?: boolean
}

type Environment = Record<string, string | undefined>

export function registerDeploy(program: Command): void {
  program
    .command('deploy')
    .description('Tell a running Causeway that a version went to an environment. For any CI.')
    .option('--service <name>', 'the service; without it, it is found from the changed paths')
    .requiredOption('--environment <name>', 'where it went, such as production')
    .option('--sha <sha>', 'the full commit sha (default: the commit of this CI run, where that is known)')
    .addOption(new Option('--status <state>', 'what became of it').choices([...STATES]).default('success'))
    .option('--repository <owner/name>', 'the repository (default: that of this CI run, where that is known)')
    .option('--url <address>', 'where the deployment can be looked at')
    .option('--ref <ref>', 'branch or tag')
    .option(
      '--id <id>',
      'your id of this deployment: a later call with the same id reports its next state (default: this CI run, where that is known)',
    )
    .option('--idempotency-key <key>', 'calls with the same key are stored once (default: made from the id and the status)')
    .option('--server <address>', 'where Causeway runs (or CAUSEWAY_URL)')
    .option(
      '--token <token>',
      'made by "causeway token create"; better given as CAUSEWAY_TOKEN, which other users of this machine do not see',
    )
    .option('--json', "print the server's answer as JSON")
    .addHelpText(
      'after',
      `
Examples:
  $ export CAUSEWAY_URL=https://causeway.example.com CAUSEWAY_TOKEN=cw_…
  $ causeway deploy --repository acme/shop --service checkout --environment production --sha "$(git rev-parse HEAD)"
  $ causeway deploy --environment production --status failure     # in GitHub Actions or GitLab CI: the rest is known`,
    )
    .action((options: DeployOptions) => deploy(options).catch(failWith))
}

async function deploy(options: DeployOptions): Promise<void> {
  const call = deploymentCallOf(options, process.env)
  const answer = await post(call)
  console.log(options.json ? JSON.stringify(answer) : `Reported: delivery ${String(answer.delivery)}, state ${String(answer.state)}`)
}

export type DeploymentPost = { address: string; token: string; key: string; body: Record<string, string> }

/** Options first, then what the CI says in its environment. Throws with what is missing and how to give it. */
export function deploymentCallOf(options: DeployOptions, environment: Environment): DeploymentPost {
  const server = options.server ?? environment.CAUSEWAY_URL
  const token = options.token ?? environment.CAUSEWAY_TOKEN
  const repository = options.repository ?? environment.GITHUB_REPOSITORY ?? environment.CI_PROJECT_PATH
  const sha = options.sha ?? environment.GITHUB_SHA ?? environment.CI_COMMIT_SHA
  if (!server || !URL.canParse(server)) throw new Error('Where does Causeway run? Give --server https://… or set CAUSEWAY_URL.')
  if (!token) throw new Error('Set CAUSEWAY_TOKEN to a token made by "causeway token create" where Causeway runs.')
  if (!repository) throw new Error('Which repository was deployed? Give --repository owner/name.')
  if (!sha) throw new Error('Which version was deployed? Give --sha "$(git rev-parse HEAD)".')
  const run = runOf(environment)
  const id = options.id ?? (run && [run, options.service ?? '', options.environment].join('/'))
  const body = { repository, environment: options.environment, sha, status: options.status }
  const optional = { service: options.service, url: options.url, ref: options.ref, external_id: id }
  const given = Object.fromEntries(Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return {
    address: `${server.replace(/\/+$/, '')}/api/v1/deployments`,
    token,
    key: options.idempotencyKey ?? (id === undefined ? randomUUID() : hash(`${repository} ${id} ${sha} ${options.status}`)),
    body: { ...body, ...given },
  }
}

/** One run of a pipeline: its retry is another deployment. */
function runOf(environment: Environment): string | undefined {
  if (environment.GITHUB_RUN_ID) return `github-${environment.GITHUB_RUN_ID}.${environment.GITHUB_RUN_ATTEMPT ?? '1'}`
  return environment.CI_PIPELINE_ID && `gitlab-${environment.CI_PIPELINE_ID}.${environment.CI_JOB_ID ?? ''}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const WAITS_MS = [1000, 3000, 9000]

/** Tries again, with the same key, while nobody answers or the server asks for it. */
async function post(call: DeploymentPost): Promise<Record<string, unknown>> {
  for (let attempt = 0; ; attempt++) {
    const waitMs = WAITS_MS[attempt]
    try {
      const response = await fetch(call.address, {
        method: 'POST',
        headers: { authorization: `Bearer ${call.token}`, 'content-type': 'application/json', 'idempotency-key': call.key },
        body: JSON.stringify(call.body),
        signal: AbortSignal.timeout(15_000),
      })
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
      if (response.ok) return answer
      if (response.status < 500 || waitMs === undefined)
        throw new Refused(
          `${call.address} answered ${response.status}: ${typeof answer.message === 'string' ? answer.message : 'no reason given'}`,
        )
    } catch (error) {
      if (error instanceof Refused) throw error
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      if (waitMs === undefined) throw new Error(`${call.address} can't be reached: ${cause}`, { cause: error })
    }
    console.error(`No answer yet; trying again in ${waitMs / 1000} s`)
    await delay(waitMs)
  }
}

class Refused extends Error {}
