import { describe, expect, it } from 'vitest'
import { missingField, missingPermission } from '../../../src/github/missing-permission.ts'

const refused = (headers: Record<string, unknown> = {}, message = 'Resource not accessible by integration') =>
  Object.assign(new Error(message), { status: 403, response: { headers } })

describe('a permission that the App was not given', () => {
  it.each([
    ['GET /repos/{owner}/{repo}/pulls/{pull_number}/files', 'Pull requests: read'],
    ['GET /repos/{owner}/{repo}/compare/{basehead}', 'Contents: read'],
    ['GET /repos/{owner}/{repo}/commits/{ref}', 'Contents: read'],
    ['GET /repos/{owner}/{repo}/commits/{ref}/check-runs', 'Checks: read'],
    ['POST /repos/{owner}/{repo}/issues/{issue_number}/comments', 'Issues: write'],
    ['POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule', 'Deployments: write'],
    ['GET /repos/{owner}/{repo}/collaborators/{username}/permission', 'Metadata: read'],
  ])('is named by %s', (route, permission) => {
    expect(missingPermission(route, refused())?.message).toContain(`grant the App “${permission}”`)
  })

  it('is the one that GitHub names, where it does', () => {
    const error = refused({ 'x-accepted-github-permissions': 'pull_requests=write; issues=write' })
    expect(missingPermission('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', error)?.message).toContain(
      '“Pull requests: write”',
    )
  })

  it.each([
    ['another refusal', refused({}, 'Repository was archived so is read-only.')],
    ['another status', Object.assign(refused(), { status: 404 })],
    ['no error at all', null],
  ])('is not read into %s', (_, error) => {
    expect(missingPermission('GET /repos/{owner}/{repo}/pulls', error)).toBeNull()
  })

  it.each([
    ['query { a }', ['repository', 'c0'], 'Contents: read'],
    ['query { a }', ['repository', 'c0', 'associatedPullRequests'], 'Pull requests: read'],
    ['query { a }', ['nodes', '0', 'statuses'], 'Deployments: read'],
    ['query { a }', ['nodes', '0', 'timelineItems'], 'Issues: read'],
    ['mutation { a }', ['revertPullRequest'], 'Pull requests: write'],
  ])('is named by the field of %s at %j', (query, path, permission) => {
    expect(missingField(query, path).message).toContain(`“${permission}”`)
  })
})
