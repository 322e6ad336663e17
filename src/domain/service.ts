import type { IncidentStatus } from './incident.ts'
import type { GatePolicy } from './gate.ts'

/** What a team owns and runs. From `.github/causeway.yml`, `catalog-info.yaml`, or the repository itself. */
export type Service = {
  /** Unique within its repository; the repository's own name when nothing declares services. */
  name: string
  repositoryId: number
  /** Globs relative to the repository root; empty means every path. */
  paths: string[]
  environments: ServiceEnvironment[]
  /** `@org/team`, `@login` or an e-mail address, as written. */
  owners: string[]
  /** Service names in this repository, or `owner/repo:service`. */
  dependsOn: string[]
  /** URLs, or paths in the repository. */
  runbooks: string[]
}

/** One environment of ours and the names under which deployments call it (globs). */
type ServiceEnvironment = { name: string; patterns: string[] }

/** `owner/repo` (in lower case) and the service of a dependency that names a repository; null for a bare name. */
export function qualifiedName(dependency: string): { repository: string; service: string | null } | null {
  const [, repository, service] = /^([^/:\s]+\/[^/:\s]+)(?::(.+))?$/.exec(dependency) ?? []
  return repository === undefined ? null : { repository: repository.toLowerCase(), service: service ?? null }
}

/** An edge of the service graph with both ends resolved. */
export type ServiceRef = { repositoryId: number; name: string }

/** One line of CODEOWNERS: a pattern and those it names; no owners means "nobody". */
export type OwnerRule = { pattern: string; owners: string[]; line: number }

/** Everything a repository's files say about its services, as last read without error. */
export type Catalog = {
  source: 'causeway.yml' | 'catalog-info.yaml' | 'repository'
  services: Service[]
  codeowners: OwnerRule[]
  settings: RepositorySettings
}

type DeploymentSource = { kind: 'deployments' } | { kind: 'releases' } | { kind: 'workflow_run'; workflow: string } | { kind: 'api' }

/** The part of `.github/causeway.yml` that is not about services, with defaults filled in. */
export type RepositorySettings = {
  deployments: {
    from: DeploymentSource
    /** First match wins; each pattern is a glob over the deployment's environment, task or workflow name. */
    mapping: { service: string; environment?: string; task?: string; workflow?: string }[]
    /** Branches besides the default one whose commits count as changes (globs). */
    branches: string[]
    /** How long a production deployment is watched before it counts as healthy; an hour where no file sets it. */
    watchMs?: number
  }
  incidents: {
    labels: string[]
    lookbackMs: number
    severities: number[]
    /** Logins of bots whose incident issues count. */
    bots: string[]
    /** Label of each state that has one; absent: the defaults (also in catalogs read before there were any). */
    stateLabels?: Partial<Record<IncidentStatus, string>>
    /** With `{n}` for the number; null: none. Absent: the default. */
    severityLabel?: string | null
    /** What `/rollback` prepares; absent: the kit. */
    rollback?: 'kit' | 'pull-request'
  }
  /** Absent where no file speaks of them (also in catalogs read before there were any). */
  postmortems?: {
    onResolve?: number[]
    template?: string
    labels?: string[]
    /** Where it is begun; absent: in an issue. */
    as?: 'issue' | 'pull-request'
    /** Of the documents, without a slash at its end. */
    folder?: string
    /** Whether and how what is listed becomes issues; false: it does not. */
    followUps?: false | { dueMs?: number; label?: string }
  }
  pullRequests: {
    riskCheck: boolean
    comments: 'never' | 'confirmed' | 'probable'
    /** Risk above which the check fails; absent where no file sets it, so that it never does. */
    failAbove?: number
  }
  /** The gate at deployments; absent: off, which is the default. */
  gate?: GatePolicy
  /** `owner/name` of other private repositories that may quote this one. */
  shareWith: string[]
}

/** A mistake in a repository's file; `line` and `column` count from 1. */
export type CatalogProblem = { path: string; line: number; column: number; message: string; severity: 'error' | 'warning' }
