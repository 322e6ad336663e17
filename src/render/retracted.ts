import { markerFor } from '../domain/comment-marker.ts'

/** What the comment says once its issue is no longer an incident. */
export function renderRetracted(repositoryId: number, issueNumber: number): string {
  return `${markerFor(repositoryId, issueNumber)}\nThis issue is no longer marked as an incident, so this answer is not kept up to date. Put the label back to have it again.\n`
}
