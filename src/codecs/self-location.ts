/**
 * Lines of sh after which `_p` is the file itself, links to it followed, and `_d` its folder by its real path, so that a
 * program that runs keeps its release when a link to the folder is turned to the next one. Nothing is forked but where
 * there is a link. POSIX, apart from `readlink -f`, which coreutils and busybox have. No single quote and no backslash:
 * the lines may stand in a string of Python.
 *
 * `$0` without a slash is what sh was given by name: here, else on PATH. A leading dash is no option. No PATH is needed
 * (`command -p`), and CDPATH has no say.
 */
export const findsItself: string = `_p=$0
case $_p in -*/*) _p=./$_p ;; */*) ;; *) [ -e "$_p" ] && _p=./$_p || _p=$(command -v -- "$_p") ;; esac
_s=$_p
[ -h "$_p" ] && { _p=$(command -p readlink -f -- "$_p") || exit 127; }
_d=\${_p%/*}
_q=$_d
while :; do
  [ -h "$_q" ] && { _d=$(CDPATH= cd -P -- "$_d/." && pwd -P) || exit 127; break; }
  case $_q in ?*/*) _q=\${_q%/*} ;; *) break ;; esac
done
`;

/** The same for a file in another folder than the one that is meant: `up` is the number of folders to go up. */
export function findsFolder(up: number, down: string): string {
	const cut = '/*'.repeat(up + 1);
	return `_p=$0
case $_p in -*/*) _p=./$_p ;; */*) ;; *) [ -e "$_p" ] && _p=./$_p || _p=$(command -v -- "$_p") ;; esac
_s=$_p
_p=$(command -p readlink -f -- "$_p") || exit 127
_d=\${_p%${cut}}/${down}
`;
}
