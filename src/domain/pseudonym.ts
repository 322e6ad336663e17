// What stands for a person who was forgotten. GitHub allows no "~" in a login, so it is never somebody's name.

const PREFIX = 'forgotten~'

export const pseudonymFor = (hash: string): string => `${PREFIX}${hash.slice(0, 10)}`

export const isPseudonym = (login: string): boolean => login.startsWith(PREFIX)
