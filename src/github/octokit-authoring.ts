// The verbs that write into a repository, over HTTP. They need "Contents: write" and "Pull requests: write", which only
// those grant who want pull requests of the App; without them GitHub answers 403.
import { z } from 'zod'
import type { GitHub } from './github.ts'
import type { Calls } from './octokit-calls.ts'
import { named } from './octokit-changes.ts'
import { PULL_REQUEST_ID_QUERY, REVERT_MUTATION } from './queries.ts'

type AuthoringVerbs = Pick<
  GitHub,
  'createBranch' | 'deleteBranch' | 'createFile' | 'openPullRequest' | 'pullRequestFrom' | 'revertPullRequest'
>

const reference = z.object({ object: z.object({ sha: z.string() }) })
const pull = z
  .object({ number: z.number(), html_url: z.string() })
  .transform(({ number, html_url }): { number: number; url: string } => ({ number, url: html_url }))
const pullId = z.object({ repository: z.object({ pullRequest: z.object({ id: z.string() }).nullable() }).nullable() })
const reverted = z.object({
  revertPullRequest: z.object({ revertPullRequest: z.object({ number: z.number(), url: z.string() }).nullable() }).nullable(),
})

export const authoringVerbs = (calls: Calls): AuthoringVerbs => ({
  async createBranch(repo, branch) {
    const tip = await calls.write(reference, 'GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...named(repo),
      ref: `heads/${repo.defaultBranch}`,
    })
    // 422: there is one of that name.
    const route = 'POST /repos/{owner}/{repo}/git/refs'
    const made = await calls.read(reference, route, { ...named(repo), ref: `refs/heads/${branch}`, sha: tip.object.sha }, [422])
    return made !== null
  },

  async deleteBranch(repo, branch) {
    // 422: "Reference does not exist".
    await calls.read(z.unknown(), 'DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...named(repo), ref: `heads/${branch}` }, [422])
  },

  async createFile(repo, { branch, path, text, message }) {
    const content = Buffer.from(text).toString('base64')
    await calls.write(z.unknown(), 'PUT /repos/{owner}/{repo}/contents/{path}', { ...named(repo), path, branch, message, content })
  },

  async openPullRequest(repo, { head, title, body }) {
    const route = 'POST /repos/{owner}/{repo}/pulls'
    const wish = { ...named(repo), head, base: repo.defaultBranch, title, body }
    try {
      return await calls.write(pull, route, { ...wish, draft: true })
    } catch (error) {
      // Private repositories of free plans know no drafts.
      const isDraftRefused = error instanceof Error && 'status' in error && error.status === 422 && /draft/i.test(error.message)
      if (!isDraftRefused) throw error
      return calls.write(pull, route, wish)
    }
  },

  async pullRequestFrom(repo, head) {
    const route = 'GET /repos/{owner}/{repo}/pulls'
    const found = await calls.read(z.array(pull), route, { ...named(repo), head: `${repo.owner}:${head}`, state: 'all', per_page: 1 })
    return found?.[0] ?? null
  },

  async revertPullRequest(repo, number, body) {
    const asked = await calls.graphql(pullId, PULL_REQUEST_ID_QUERY, { owner: repo.owner, name: repo.name, number })
    const pullRequestId = asked.repository?.pullRequest?.id
    if (pullRequestId === undefined) return null
    try {
      const answer = await calls.graphql(reverted, REVERT_MUTATION, { input: { pullRequestId, body } })
      return answer.revertPullRequest?.revertPullRequest ?? null
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  },
})

/** Later changes touched the same lines, or it was not merged: asking again would not help. */
const isRefusal = (error: unknown): boolean => {
  const { errors } = (error ?? {}) as { errors?: unknown }
  return Array.isArray(errors) && errors.length > 0 && errors.every((each) => (each as { type?: unknown }).type === 'UNPROCESSABLE')
}
