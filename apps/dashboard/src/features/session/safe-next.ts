/** Where to go after signing in: a path of this site, never somebody else's. */
export function safeNext(wanted: string | null): string {
  if (wanted === null || !wanted.startsWith('/') || /^\/[/\\]/.test(wanted)) return '/';
  // oxlint-disable-next-line no-control-regex -- browsers drop these, and "/\t/host" would become "//host"
  return /[\u0000-\u001f]/.test(wanted) ? '/' : wanted;
}
