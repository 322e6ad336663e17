import { html } from 'hono/html'
import type { Page } from '../page.ts'
import { optionalFeatures, type Manifest } from './manifest.ts'

export type FormValues = { webhook: string; organization: string; host: string; name: string; features: readonly string[] }

export function formPage(token: string, values: FormValues, problems: string[]): Page {
  return {
    title: 'Register the GitHub App',
    body: html`
      <p>
        Two clicks: this page sends GitHub a description of the App, GitHub shows you its permissions and creates it. The App belongs to you
        or to your organisation, and its key stays on this machine.
      </p>
      ${problems.map((problem) => html`<p role="alert">${problem}</p>`)}
      <form method="post" action="/setup">
        <input type="hidden" name="token" value="${token}" />
        <label for="webhook">Public address of this process</label>
        <input id="webhook" name="webhook" required value="${values.webhook}" placeholder="https://causeway.example.com" />
        <small>GitHub sends its webhooks here. Behind a proxy or tunnel it is the address of that one.</small>
        <label for="organization">Organisation</label>
        <input id="organization" name="organization" value="${values.organization}" placeholder="acme" />
        <small>Leave it blank to register the App on your own account.</small>
        <label for="name">Name of the App</label>
        <input id="name" name="name" maxlength="34" value="${values.name}" placeholder="Causeway at Acme" />
        <small>No other App on GitHub may have it. You can still change it on GitHub's page.</small>
        <label for="host">GitHub Enterprise Server</label>
        <input id="host" name="host" value="${values.host}" placeholder="github.example.com" />
        <small>Leave it blank for github.com.</small>
        <fieldset>
          <legend>What it may do besides answering incidents</legend>
          ${optionalFeatures.map(
            (feature) => html`
              <label class="choice">
                <input type="checkbox" name="features" value="${feature.name}" ${values.features.includes(feature.name) ? 'checked' : ''} />
                ${feature.title}
                <small>${feature.why} (${feature.adds})</small>
              </label>
            `,
          )}
        </fieldset>
        <button>Continue on GitHub</button>
      </form>
    `,
  }
}

/** GitHub takes a manifest only as a form posted by the person's own browser. */
export function handoverPage(registrationUrl: string, manifest: Manifest): Page {
  return {
    title: 'On to GitHub',
    // And wherever GitHub sends the browser to sign in: redirects of a form are held to the same rule.
    formTarget: `${new URL(registrationUrl).origin} https:`,
    submits: true,
    body: html`
      <form method="post" action="${registrationUrl}">
        <input type="hidden" name="manifest" value="${JSON.stringify(manifest)}" />
        <p>GitHub asks you next whether to create this App.</p>
        <button>Continue on GitHub</button>
      </form>
    `,
  }
}

export type Registered = { name: string; url: string; savedIn: string | null; lines: string }

export function donePage(app: Registered): Page {
  return {
    title: `${app.name} is registered`,
    body: html`
      ${
        app.savedIn === null
          ? html`<p role="alert">
                Its settings could not be saved. This process runs with them until it stops: copy these lines into its .env file or your
                secret store now, they are not shown again.
              </p>
              <pre>${app.lines}</pre>`
          : html`<p>
              Its settings are in <code>${app.savedIn}</code>, which only this process's user can read. Nothing has to be restarted.
            </p>`
      }
      <p><a href="${app.url}/installations/new">Install it on your repositories</a>; then label an issue <code>incident</code>.</p>
    `,
  }
}

export function problemPage(title: string, text: string): Page {
  return { title, body: html`<p role="alert">${text}</p>` }
}
