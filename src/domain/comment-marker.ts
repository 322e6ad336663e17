// The hidden line by which our comment is found again. It proves nothing by itself: whoever reads it must also see
// our App as the comment's author, since anybody can write these characters.

/** An HTML comment on a line of its own, naming the one subject (an incident's issue) that the comment belongs to. */
export const markerFor = (repositoryId: number, issueNumber: number): string =>
  `<!-- causeway:incident repository=${repositoryId} issue=${issueNumber} -->`

/** The same for a pull request. Issues and pull requests of a repository share their numbers, so the two never meet. */
export const pullMarkerFor = (repositoryId: number, number: number): string =>
  `<!-- causeway:change repository=${repositoryId} pull=${number} -->`

/** True when a line of `body` is exactly this marker. */
export const hasMarker = (body: string, marker: string): boolean => linesOf(body).includes(marker)

const MARKER = /^<!-- causeway:(?:incident repository=\d+ issue|change repository=\d+ pull)=\d+ -->$/

/** True when a line of `body` is the marker of any subject: on an issue that was transferred, comments came along with it. */
export const hasAnyMarker = (body: string): boolean => linesOf(body).some((line) => MARKER.test(line))

const linesOf = (body: string): string[] => body.split(/\r\n|\n|\r/)
