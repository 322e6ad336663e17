import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerIncident } from '../../../src/incidents/answer-incident.ts'
import { followIssue } from '../../../src/incidents/follow-issue.ts'
import { documentPath } from '../../../src/postmortems/document-path.ts'
import { blamingPhrases } from '../../../src/render/blameless.ts'
import {
  answerIn,
  change,
  incidentWork,
  issueEvent,
  minutes,
  recorded,
  say,
  setPostmortems,
  type IncidentWork,
} from '../../support/incident-work.ts'

let at: IncidentWork
beforeEach(async () => {
  at = await incidentWork()
  await at.work.tenant.changes.upsert(change(1, 'services/checkout/src/authorize.ts', minutes(-30)))
  await followIssue(at.work, issueEvent('opened'))
})
afterEach(() => at.store.close())

const incidentId = async () => (await recorded(at)).id
const ask = (text = '/postmortem') => say(at, text)
const answer = () => answerIn(at)
const catalogWith = (postmortems: Parameters<typeof setPostmortems>[1]) => setPostmortems(at, postmortems)

describe('the postmortem', () => {
  it('is begun once, in an issue that the answer names', async () => {
    await ask()
    await ask()
    await answerIncident(at.work, await incidentId())
    expect(at.github.opened).toHaveLength(1)
    expect(at.github.opened[0]).toMatchObject({ title: 'Postmortem: Customers are charged twice', labels: ['postmortem'] })
    expect(answer()).toContain('postmortem [#900]')
  })

  it('is begun with the first suspect in its record, once while it stays first', async () => {
    await answerIncident(at.work, await incidentId())
    const named = (await at.work.tenant.timeline.list(await incidentId())).filter(({ fact }) => fact.kind === 'ranking')
    expect(named).toMatchObject([{ key: 'ranking 1', fact: { name: '#1' } }])
  })

  it('is nobody else’s to ask for', async () => {
    at.github.permissions.set('monalisa', 'read')
    await ask()
    expect(at.github.opened).toEqual([])
    expect(answer()).not.toContain('postmortem [')
  })

  it('fills in what is known, asks for what only people know, and blames nobody', async () => {
    await ask('/cause #1 it retries for ever')
    await ask('/mitigated')
    await ask()
    const body = at.github.opened[0]!.body
    expect(body).toMatch(/^<!-- causeway:postmortem repository=\d+ incident=7 -->/)
    for (const heading of ['Summary', 'Impact', 'Detection', 'Cause and contributing factors', 'What went well', 'Follow-ups', 'Timeline'])
      expect(body).toContain(`\n## ${heading}\n`)
    expect(body).toMatch(/#1\S* .*: confirmed/)
    expect(body).toContain('Mitigated 5 minutes after the beginning')
    expect(body).toContain('*To be told: Who was affected, how many, and how?*')
    expect(body).toContain('it retries for ever')
    expect(body).not.toMatch(/@monalisa/)
    expect(blamingPhrases(body)).toEqual([])
  })

  it('adopts the issue whose making a crash kept from being written down', async () => {
    const { postmortems } = at.work.tenant
    const saved = postmortems.saved.bind(postmortems)
    postmortems.saved = () => Promise.reject(new Error('killed'))
    await expect(ask()).rejects.toThrow('killed')
    postmortems.saved = saved
    at.github.opened.unshift({ ...at.github.opened[0]!, number: 666, appId: null })
    await ask()
    expect(at.github.opened).toHaveLength(2)
    expect(answer()).toContain('postmortem [#900]')
  })

  it('goes on without one where the App may open no issue', async () => {
    at.github.createIssue = () => Promise.reject(Object.assign(new Error('Issues are disabled'), { status: 410 }))
    await ask()
    expect(answer()).toContain('###')
    expect(answer()).not.toContain('postmortem [')
  })

  it('begins by itself when an incident of a listed severity is resolved', async () => {
    await catalogWith({ onResolve: [1], labels: ['review'] })
    await ask('/sev 2')
    await ask('/resolved')
    expect(at.github.opened).toEqual([])
    await ask('/sev 1')
    expect(at.github.opened).toMatchObject([{ labels: ['review'] }])
  })

  it('fills the repository’s own template, and leaves the rest of it alone', async () => {
    at.github.files.set('docs/postmortem.md', '# Review {{unknown}}\n\n{{ summary }}\n\n<!-- keep -->\n{{timeline}}\n')
    await catalogWith({ template: 'docs/postmortem.md' })
    await ask()
    const body = at.github.opened[0]!.body
    expect(body).toContain('# Review {{unknown}}')
    expect(body).toContain('An incident of ')
    expect(body).toContain('<!-- keep -->\n- ')
    expect(body).not.toContain('## Impact')
  })

  it('puts hostile words where they can do nothing, and suggests others for blaming ones', async () => {
    await ask('/note caused by @octocat <img src=x> {{summary}} --> ![x](https://example.test)')
    await ask()
    const body = at.github.opened[0]!.body
    expect(body.replaceAll(/<!-- causeway:(?:postmortem repository=\d+ incident=7|follow-ups|suggested) -->/g, '')).not.toContain('<!--')
    expect(body).not.toMatch(/<img|@octocat|!\[x\]/)
    expect(body).toContain('Some words above may be read as blame')
  })
})

const forbidden = () => Promise.reject(Object.assign(new Error('Resource not accessible by integration'), { status: 403 }))

describe('the postmortem as a document', () => {
  const PATH = 'docs/postmortems/2026-03-10-customers-are-charged-twice.md'
  beforeEach(() => catalogWith({ as: 'pull-request' }))

  it('is added by a draft pull request, once, which the answer names', async () => {
    await ask()
    await ask()
    await answerIncident(at.work, await incidentId())
    expect(at.github.opened).toEqual([])
    expect(at.github.pulls).toMatchObject([{ head: 'causeway/postmortem-7', title: 'Postmortem: Customers are charged twice' }])
    expect(at.github.pulls[0]!.body).toContain(PATH)
    const text = at.github.written.get(`causeway/postmortem-7:${PATH}`)!
    expect(text).toMatch(/^<!-- causeway:postmortem repository=\d+ incident=7 -->\n# Postmortem: Customers are charged twice\n/)
    expect(text).toContain('\n## Follow-ups\n')
    expect(answer()).toContain('postmortem [#800]')
  })

  it('is the same one without its label where GitHub refuses that', async () => {
    at.github.addLabels = forbidden
    await ask()
    expect(at.github.opened).toEqual([])
    expect(answer()).toContain('postmortem [#800]')
  })

  it.each(['createBranch', 'createFile', 'openPullRequest', 'addLabels', 'saved'] as const)(
    'is made once though a crash came after %s',
    async (step) => {
      const { postmortems } = at.work.tenant
      const place = step === 'saved' ? postmortems : at.github
      const whole = (place as Record<string, (...given: unknown[]) => Promise<unknown>>)[step]!
      const crash = async (...given: unknown[]) => {
        if (step !== 'saved') await whole(...given)
        throw new Error('killed')
      }
      Object.assign(place, { [step]: crash })
      await expect(ask()).rejects.toThrow('killed')
      Object.assign(place, { [step]: whole })
      await ask()
      expect(at.github.pulls).toHaveLength(1)
      expect([...at.github.written.keys()]).toEqual([`causeway/postmortem-7:${PATH}`])
      expect(answer()).toContain('postmortem [#800]')
    },
  )

  it('stands beside another of the same day and name', async () => {
    at.github.files.set(PATH, 'Another one.')
    await ask()
    expect([...at.github.written.keys()]).toEqual([`causeway/postmortem-7:${PATH.replace('.md', '-7.md')}`])
  })

  it('is an issue that names the missing permissions where the App may write no code', async () => {
    at.github.createBranch = forbidden
    await ask()
    await answerIncident(at.work, await incidentId())
    expect(at.github.opened).toHaveLength(1)
    expect(at.github.opened[0]!.body).toMatch(
      /^<!-- causeway:postmortem .* -->\n> This was to be a pull request .*“Contents: write” and “Pull requests: write”\.\n/,
    )
    expect(answer()).toContain('postmortem [#900]')
  })

  it('leaves no branch behind where the App may write code but open no pull request, whichever try it was', async () => {
    const deleteBranch = at.github.deleteBranch.bind(at.github)
    at.github.openPullRequest = forbidden
    at.github.deleteBranch = () => Promise.reject(new Error('killed'))
    await expect(ask()).rejects.toThrow('killed')
    at.github.deleteBranch = deleteBranch
    await ask()
    expect(at.github.opened).toHaveLength(1)
    expect([...at.github.branches]).toEqual([])
  })

  it.each([[['src/pay.ts']], [[PATH, 'src/pay.ts']]])('proposes nobody else’s commits under the name of the App: %j', async (paths) => {
    at.github.branches.add('causeway/postmortem-7')
    at.github.foreign.set('causeway/postmortem-7', paths)
    await ask()
    expect(at.github.pulls).toEqual([])
    expect([...at.github.branches]).toEqual(['causeway/postmortem-7'])
    expect(at.github.opened[0]!.body).toContain('one of that name was there already')
    expect(answer()).toContain('postmortem [#900]')
  })

  it('leaves a branch of that name alone that it did not make', async () => {
    at.github.branches.add('causeway/postmortem-7')
    at.github.openPullRequest = forbidden
    await ask()
    expect([...at.github.branches]).toEqual(['causeway/postmortem-7'])
  })

  it('says in the answer that there is none where nothing may be opened, until it may', async () => {
    const createIssue = at.github.createIssue.bind(at.github)
    at.github.createBranch = forbidden
    at.github.createIssue = forbidden
    await ask()
    expect(answer()).toContain('*The postmortem could not be begun: it needs the permission “Issues: write”')
    at.github.createIssue = createIssue
    await answerIncident(at.work, await incidentId())
    expect(answer()).toContain('postmortem [#900]')
    expect(answer()).not.toContain('could not be begun')
  })
})

describe('where a document stands', () => {
  it.each([
    ['Customers are charged twice', 'customers-are-charged-twice'],
    ['Café: 500s / “../../etc”!', 'cafe-500s-etc'],
    ['決済がタイムアウト', '決済がタイムアウト'],
    ['!!!', 'incident-7'],
    ['word '.repeat(60), 'word-word-word-word-word-word-word-word-word-word-word-word'],
    ['x'.repeat(300), 'x'.repeat(20)],
  ])('%j', (title, slug) => {
    const path = documentPath({ title, issueNumber: 7, detectedAt: new Date('2026-03-29T00:30:00Z') }, 'notes')
    expect(path).toBe(`notes/2026-03-29-${slug}.md`)
  })
})
