import { describe, expect, it } from 'vitest'
import { deploymentCallOf } from '../../../src/cli/deploy.ts'

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
const options = { environment: 'production', status: 'success' as const, repository: 'acme/shop', sha: SHA, service: 'checkout' }
const server = { CAUSEWAY_URL: 'https://causeway.example.com/', CAUSEWAY_TOKEN: 'cw_x' }

describe('causeway deploy', () => {
  it('makes a call of the options', () => {
    expect(deploymentCallOf({ ...options, url: 'https://ci.example.com/1' }, server)).toMatchObject({
      address: 'https://causeway.example.com/api/v1/deployments',
      token: 'cw_x',
      body: {
        repository: 'acme/shop',
        environment: 'production',
        sha: SHA,
        status: 'success',
        service: 'checkout',
        url: 'https://ci.example.com/1',
      },
    })
  })

  it.each([
    ['GitHub Actions', { GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: SHA, GITHUB_RUN_ID: '17', GITHUB_RUN_ATTEMPT: '2' }, 'github-17.2'],
    ['GitLab CI', { CI_PROJECT_PATH: 'acme/shop', CI_COMMIT_SHA: SHA, CI_PIPELINE_ID: '9', CI_JOB_ID: '12' }, 'gitlab-9.12'],
  ])('takes the rest from %s', (_, environment, run) => {
    const { body } = deploymentCallOf({ environment: 'production', status: 'success' }, { ...server, ...environment })
    expect(body).toEqual({
      repository: 'acme/shop',
      environment: 'production',
      sha: SHA,
      status: 'success',
      external_id: `${run}//production`,
    })
  })

  it('reports the states of one run under one id and different keys; a retry of a call has the same key', () => {
    const run = { ...server, GITHUB_RUN_ID: '17' }
    const begun = deploymentCallOf({ ...options, status: 'in_progress' }, run)
    const ended = deploymentCallOf(options, run)
    expect(begun.body.external_id).toBe(ended.body.external_id)
    expect(begun.key).not.toBe(ended.key)
    expect(deploymentCallOf(options, run).key).toBe(ended.key)
  })

  it('makes each call its own deployment when nothing names it', () => {
    expect(deploymentCallOf(options, server).key).not.toBe(deploymentCallOf(options, server).key)
  })

  it.each([
    ['where Causeway runs', { ...server, CAUSEWAY_URL: '' }, options, 'CAUSEWAY_URL'],
    ['a token', { ...server, CAUSEWAY_TOKEN: '' }, options, 'CAUSEWAY_TOKEN'],
    ['the repository', server, { ...options, repository: undefined }, '--repository'],
    ['the version', server, { ...options, sha: undefined }, '--sha'],
  ])('asks for %s', (_, environment, given, words) => {
    expect(() => deploymentCallOf(given, environment)).toThrow(words)
  })
})
