// The hidden line by which our comment is found again. It proves nothing by itself: whoever reads it must also see
// our App as the comment's author, since anybody can write these characters.

/** An HTML comment on a line of its own, naming the one subject (an incident's issue) that the comment belongs to. */
export const markerFor = (repositoryId: number, issueNumber: number): string =>
  `<!-- causeway:incident repository=${repositoryId} issue=${issueNumber} -->`

/** True when a line of `body` is exactly the marker of this subject. */
export const hasMarker = (body: string, repositoryId: number, issueNumber: number): boolean => {
  const marker = markerFor(repositoryId, issueNumber)
  return body.split(/\r\n|\n|\r/).some((line) => line === marker)
}

/** True when a line of `body` is the marker of any subject: on an issue that was transferred, comments came along with it. */
export const hasAnyMarker = (body: string): boolean =>
  body.split(/\r\n|\n|\r/).some((line) => /^<!-- causeway:incident repository=\d+ issue=\d+ -->$/.test(line))
