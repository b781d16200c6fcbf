/** AMQP topic matching: `*` is exactly one word, `#` any number of words, words are separated by dots. */
export function topicMatches(pattern: string, key: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('#')) return pattern === key
  return matches(pattern.split('.'), key === '' ? [] : key.split('.'))
}

function matches(pattern: readonly string[], words: readonly string[]): boolean {
  // matched[j]: the pattern so far matches the first j words. Linear in both lengths, unlike backtracking over many '#'.
  let matched = words.map(() => false)
  matched.unshift(true)
  for (const part of pattern) {
    const next = matched.map(() => false)
    for (let taken = 0; taken <= words.length; taken++) {
      if (part === '#') next[taken] = matched[taken] === true || (taken > 0 && next[taken - 1] === true)
      else if (taken > 0) next[taken] = matched[taken - 1] === true && (part === '*' || part === words[taken - 1])
    }
    matched = next
  }
  return matched[words.length] === true
}
