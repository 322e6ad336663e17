import { describe, expect, test } from 'vitest'
import { loadContract } from '../../../../demo/github/openapi/contract.ts'
import { SLICED_OPERATIONS } from '../../../../demo/github/openapi/operations.ts'

const contract = loadContract()
const request = (method: string, path: string, body?: unknown, query = '') => {
  const matched = contract.match(method, path)
  if (matched === null) throw new Error(`${method} ${path} matches nothing`)
  return contract.checkRequest(matched, new URLSearchParams(query), body)
}
const COMMENTS = '/repos/acme/shop/issues/1/comments'

test('the slice holds exactly the operations that are named', () => {
  const paths = SLICED_OPERATIONS.map((operation) => {
    const [method = '', path = ''] = operation.split(' ')
    return contract.match(method, path.replaceAll(/\{(\w+)\}/g, 'x'))?.operation
  })
  expect(paths).toEqual(SLICED_OPERATIONS)
  expect(contract.match('PUT', '/repos/acme/shop/pulls/1/merge')).toBeNull()
})

test('paths with slashes and escapes are understood', () => {
  expect(contract.match('GET', '/repos/acme/shop/contents/src/a%20b.ts')?.params.path).toBe('src/a b.ts')
  expect(contract.match('GET', '/repos/acme/shop/contents')?.params.path).toBe('')
  expect(contract.match('GET', '/repos/acme/shop/compare/release/1...feature/x')?.params.basehead).toBe('release/1...feature/x')
  expect(contract.match('GET', '/repos/acme/shop/commits/heads/main/check-runs')).toMatchObject({
    operation: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    params: { ref: 'heads/main' },
  })
})

describe('a wrong request is found', () => {
  test.each([
    ['no body', 'POST', COMMENTS, undefined, '', 'body is missing'],
    ['a missing key', 'POST', COMMENTS, {}, '', "must have required property 'body'"],
    ['a wrong type', 'POST', COMMENTS, { body: 7 }, '', 'must be string'],
    ['a misspelt key', 'POST', COMMENTS, { body: 'x', bodie: 'y' }, '', 'unknown key "bodie"'],
    [
      'a path parameter that is no number',
      'GET',
      '/repos/acme/shop/issues/abc',
      undefined,
      '',
      'path parameter issue_number must be integer',
    ],
    [
      'a value outside the list',
      'GET',
      '/repos/acme/shop/issues',
      undefined,
      'state=merged',
      'query parameter state must be equal to one of',
    ],
    ['an unknown query parameter', 'GET', '/repos/acme/shop/issues', undefined, 'pagesize=5', 'query parameter pagesize is not known'],
    ['a time that is none', 'GET', '/repos/acme/shop/issues', undefined, 'since=yesterday', 'since must match format'],
    ['a body where none belongs', 'POST', '/app/hook/deliveries/1/attempts', { again: true }, '', 'body is not expected'],
  ])('%s', (_, method, path, body, query, complaint) => {
    expect(request(method, path, body, query).join('\n')).toContain(complaint)
  })

  test('more than fifty annotations in one request', () => {
    const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }
    const check = {
      name: 'risk',
      head_sha: 'a',
      output: { title: 't', summary: 's', annotations: Array.from({ length: 51 }, () => annotation) },
    }
    expect(request('POST', '/repos/acme/shop/check-runs', check).join()).toContain('must NOT have more than 50 items')
  })

  test('and a right one is not', () => {
    expect(request('POST', COMMENTS, { body: 'x' })).toEqual([])
    expect(request('GET', '/repos/acme/shop/issues', undefined, 'state=all&per_page=100&since=2026-01-01T00:00:00Z')).toEqual([])
  })
})

describe('a wrong answer is found', () => {
  const operation = 'GET /repos/{owner}/{repo}/issues/{issue_number}/labels'
  const label = { id: 1, node_id: 'x', url: 'https://example.com', name: 'bug', description: null, color: 'fff', default: false }
  test.each([
    ['a missing field', 200, [{ ...label, color: undefined }], "required property 'color'"],
    ['a wrong type', 200, [{ ...label, id: '1' }], '/0/id must be integer'],
    ['an address that is none', 200, [{ ...label, url: 'nowhere' }], 'must match format "uri"'],
    ['a success that is not described', 201, [label], 'status 201 is not one of'],
    ['an error without a message', 404, { message: 7 }, 'must be string'],
  ])('%s', (_, status, body, complaint) => {
    expect(contract.checkResponse(operation, status, JSON.parse(JSON.stringify(body)) as unknown).join('\n')).toContain(complaint)
  })

  test('and a right one is not', () => {
    expect(contract.checkResponse(operation, 200, [label])).toEqual([])
    expect(contract.checkResponse(operation, 404, { message: 'Not Found' })).toEqual([])
    expect(contract.checkResponse('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', 204, null)).toEqual([])
  })
})
