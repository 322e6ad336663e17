// GitHub's examples have none of `deployment_protection_rule`: one in the form that its documentation gives.
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' }

type Payload = Record<string, unknown>

const deployed = (examples as unknown as { name: string; examples: Payload[] }[]).find(({ name }) => name === 'deployment')?.examples[0]

export const protectionRule: Payload = {
  action: 'requested',
  environment: 'production',
  event: 'push',
  sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
  ref: 'refs/heads/main',
  deployment_callback_url: 'https://api.github.com/repos/Codertocat/Hello-World/actions/runs/7654321/deployment_protection_rule',
  deployment: deployed?.['deployment'],
  pull_requests: [],
  repository: deployed?.['repository'],
  sender: deployed?.['sender'],
}
