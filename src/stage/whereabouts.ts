/** How an activate script comes to know its venv: lines that go first, and two words of the shell. */
export interface Whereabouts {
	/** Sets a variable, or ends the script with nothing changed. */
	readonly finds: string;
	/** The folder of the venv. */
	readonly place: string;
	/** What stands in the prompt, and whatever is to be forgotten then. */
	readonly name: string;
}

/**
 * POSIX has no word for the file that is read, and `$0` is the shell. bash, zsh and ksh93 have words of their own (that of
 * zsh for prompts garbles what the locale cannot print, so `$0` comes first there); dash, busybox and others at least hold
 * the file open, and Linux says which. Where nothing is found, nothing is set: a PATH that
 * begins with `./bin` would run whatever lies in the next folder.
 */
export const posixFinds: Whereabouts = {
	finds: `_VENV_HERE=
if [ -n "\${BASH_VERSION-}" ]; then
    eval '_VENV_HERE=\${BASH_SOURCE[0]}'
elif [ -n "\${ZSH_VERSION-}" ]; then
    eval '[[ -o function_argzero ]] && _VENV_HERE=$0 || _VENV_HERE=\${(%):-%x}'
else
    case \${KSH_VERSION-} in
        Version*) eval '_VENV_HERE=\${.sh.file}' ;;
        *) _VENV_HERE=$(sh -c 'for f in "/proc/$PPID/fd/"*; do l=$(command -p readlink -- "$f") || continue; case $l in */bin/activate) r=$l ;; esac; done; printf %s "\${r-}"' 2>/dev/null) || _VENV_HERE= ;;
    esac
fi
if [ -h "$_VENV_HERE" ]; then
    _VENV_HERE=$(command -p readlink -f -- "$_VENV_HERE") || _VENV_HERE=
fi
case $_VENV_HERE in
    "") _VENV_HERE=/nowhere/bin/activate ;;
    /*) ;;
    *) _VENV_HERE=./$_VENV_HERE ;;
esac
_VENV_HERE=$(CDPATH= cd -P -- "\${_VENV_HERE%/*}/.." >/dev/null 2>&1 && pwd -P) || _VENV_HERE=
case $_VENV_HERE in
    *:*) _VENV_HERE=/nowhere ;;
esac
if [ ! -f "$_VENV_HERE/pyvenv.cfg" ]; then
    unset _VENV_HERE
    echo "activate: this shell does not say where the file lies that it reads, or PATH cannot hold that place; nothing is set" >&2
    return 1
fi
`,
	place: '$_VENV_HERE',
	name: `\${_VENV_HERE##*/}\nunset _VENV_HERE`,
};

export const fishFinds: Whereabouts = {
	finds: `set -g _VENV_HERE (realpath -- (status filename) 2>/dev/null | string replace -r '/[^/]*/[^/]*$' '')
if not test -f "$_VENV_HERE/pyvenv.cfg"; or string match -q '*:*' -- "$_VENV_HERE"
    set -e _VENV_HERE
    echo "activate.fish: fish does not say where the file lies that it reads, or PATH cannot hold that place; nothing is set" >&2
    exit 1
end
`,
	place: '"$_VENV_HERE"',
	name: `(string replace -r '.*/' '' -- "$_VENV_HERE")\nset -e _VENV_HERE`,
};

export const powershellFinds: Whereabouts = {
	finds: `if (-not $PSScriptRoot -or $PSScriptRoot.Contains([System.IO.Path]::PathSeparator)) {
    throw 'Activate.ps1: PowerShell does not say where this file lies, or PATH cannot hold that place; nothing is set'
}
`,
	place: '[System.IO.Path]::GetDirectoryName($PSScriptRoot)',
	name: '[System.IO.Path]::GetFileName($env:VIRTUAL_ENV)',
};
