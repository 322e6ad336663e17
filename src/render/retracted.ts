import { markerFor } from '../domain/comment-marker.ts'

/** What our comment says once its issue is no incident any more: nothing that was listed stays. */
export function renderRetracted(repositoryId: number, issueNumber: number): string {
  return `${markerFor(repositoryId, issueNumber)}\n\n*No longer tracked as an incident. Give the issue its incident label back to see the changes again.*\n`
}
