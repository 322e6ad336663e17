// The verbs about files and permissions over HTTP.
import { z } from 'zod'
import type { GitHub, Permission } from './github.ts'
import type { Calls } from './octokit-calls.ts'
import { named } from './octokit-changes.ts'
import { filesQuery } from './queries.ts'

type FileVerbs = Pick<GitHub, 'readFile' | 'readFiles' | 'findFiles' | 'permission'>

const FILES_A_QUERY = 100

const content = z.union([
  z.object({ type: z.literal('file'), sha: z.string(), encoding: z.string().nullish(), content: z.string().nullish(), size: z.number() }),
  z.unknown().transform(() => null),
])
const blob = z.object({ encoding: z.string(), content: z.string() })
const blobsAnswer = z.object({
  repository: z
    .record(
      z.string(),
      z.object({ oid: z.string().optional(), text: z.string().nullish(), isTruncated: z.boolean().optional() }).nullable(),
    )
    .nullable(),
})
const tree = z.object({ tree: z.array(z.object({ path: z.string().optional(), type: z.string().optional() })) })
const permissionAnswer = z.object({ permission: z.string(), role_name: z.string().optional() })

const PERMISSIONS = ['admin', 'maintain', 'write', 'triage', 'read', 'none'] as const satisfies readonly Permission[]

export const fileVerbs = (calls: Calls): FileVerbs => {
  const blobText = async (owner: string, repo: string, sha: string): Promise<string | null> => {
    const answer = await calls.read(blob, 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { owner, repo, file_sha: sha })
    return answer === null ? null : decode(answer.content, answer.encoding)
  }
  const readFile: FileVerbs['readFile'] = async (repo, path, ref) => {
    const route = 'GET /repos/{owner}/{repo}/contents/{path}'
    const file = await calls.read(content, route, { ...named(repo), path, ...(ref === undefined ? {} : { ref }) })
    if (file === null || file.size > MAX_BYTES) return null
    // Above 1 MB the contents come empty, with encoding "none".
    const isWhole = file.encoding === 'base64' && typeof file.content === 'string'
    const text = isWhole ? decode(file.content ?? '', 'base64') : await blobText(repo.owner, repo.name, file.sha)
    return text === null ? null : { text, sha: file.sha }
  }
  return {
    readFile,

    async readFiles(repo, paths) {
      const texts = new Map<string, string>()
      for (let start = 0; start < paths.length; start += FILES_A_QUERY) {
        const batch = paths.slice(start, start + FILES_A_QUERY)
        const variables = Object.fromEntries(batch.map((path, i) => [`p${i}`, `HEAD:${path}`]))
        const answer = await calls
          .graphql(blobsAnswer, filesQuery(batch.length), { owner: repo.owner, name: repo.name, ...variables })
          .catch(nullWithoutGraphQL)
        if (answer === null) {
          for (const path of batch) {
            const file = await readFile(repo, path)
            if (file) texts.set(path, file.text)
          }
          continue
        }
        for (const [i, path] of batch.entries()) {
          const file = answer.repository?.[`f${i}`]
          const isPart = file?.isTruncated === true && file.oid !== undefined
          const text = isPart ? await blobText(repo.owner, repo.name, file.oid ?? '') : file?.text
          if (typeof text === 'string') texts.set(path, text)
        }
      }
      return texts
    },

    async findFiles(repo, name) {
      const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}'
      const found = await calls.read(tree, route, { ...named(repo), tree_sha: 'HEAD', recursive: '1' }, [409])
      const paths = (found?.tree ?? []).flatMap(({ path, type }) => (type === 'blob' && path !== undefined ? [path] : []))
      return paths.filter((path) => path === name || path.endsWith(`/${name}`)).sort()
    },

    async permission(repo, login) {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
      const answer = await calls.read(permissionAnswer, route, { ...named(repo), username: login })
      // `role_name` tells triage and maintain apart; a custom role's own name says nothing, its base `permission` does.
      const known = [answer?.role_name, answer?.permission].map((word) => PERMISSIONS.find((permission) => permission === word))
      return known.find((permission) => permission !== undefined) ?? 'none'
    },
  }
}

/**
 * A server without GraphQL (a proxy in between, an emulator) says so by the status; what GraphQL refuses comes with 200.
 * A 404 of another address is that of the token: the installation is gone, which says nothing of GraphQL.
 */
const nullWithoutGraphQL = (error: unknown): null => {
  const { status, request } = (error ?? {}) as { status?: unknown; request?: { url?: unknown } }
  if ((status === 404 || status === 501) && typeof request?.url === 'string' && /\/graphql$/.test(request.url)) return null
  throw error
}

/** CODEOWNERS files are the largest that are read; GitHub loads them up to 3 MB. */
const MAX_BYTES = 3 * 1024 * 1024

const decode = (encoded: string, encoding: string): string =>
  (encoding === 'base64' ? Buffer.from(encoded, 'base64').toString('utf8') : encoded).replaceAll('\0', '')
