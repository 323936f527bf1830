import type {Layout} from '../model/layout.ts';
import {type InstallPath, nameOf} from '../model/paths.ts';
import {fishFinds, posixFinds, powershellFinds, type Whereabouts} from './whereabouts.ts';

/** A script that a shell reads to put a venv first on its PATH. */
export interface Activator {
	/** In `bin`; the names are those of `python -m venv`. */
	readonly name: string;
	/** The script of a venv that lies at `prefix` on the machine where it is read. */
	text(prefix: InstallPath): string;
	/** The script of a venv that may lie anywhere; absent where the shell cannot tell which file it reads. */
	readonly anywhere?: string;
}

/** bash, zsh, dash, ksh, busybox: POSIX. What was set before comes back with `deactivate`. */
const posixText = ({finds, place, name}: Whereabouts) => `# Read this file: . bin/activate
${finds}deactivate () {
    if [ -n "\${_VENV_OLD_PATH+x}" ]; then
        PATH=$_VENV_OLD_PATH
        export PATH
        unset _VENV_OLD_PATH
    fi
    if [ -n "\${_VENV_OLD_PYTHONHOME+x}" ]; then
        PYTHONHOME=$_VENV_OLD_PYTHONHOME
        export PYTHONHOME
        unset _VENV_OLD_PYTHONHOME
    fi
    if [ -n "\${_VENV_OLD_PS1+x}" ]; then
        PS1=$_VENV_OLD_PS1
        unset _VENV_OLD_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    hash -r 2>/dev/null || true
    if [ "\${1-}" != keep ]; then
        unset -f deactivate
    fi
}

deactivate keep
VIRTUAL_ENV=${place}
VIRTUAL_ENV_PROMPT=${name}
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT
_VENV_OLD_PATH=\${PATH-}
PATH=$VIRTUAL_ENV/bin\${PATH:+:$PATH}
export PATH
if [ -n "\${PYTHONHOME+x}" ]; then
    _VENV_OLD_PYTHONHOME=$PYTHONHOME
    unset PYTHONHOME
fi
if [ -z "\${VIRTUAL_ENV_DISABLE_PROMPT-}" ] && [ -n "\${PS1+x}" ]; then
    _VENV_OLD_PS1=$PS1
    PS1="($VIRTUAL_ENV_PROMPT) $PS1"
fi
hash -r 2>/dev/null || true
`;

const posix: Activator = {
	name: 'activate',
	text: prefix => posixText({finds: '', place: inPosix(prefix), name: inPosix(nameOf(prefix))}),
	anywhere: posixText(posixFinds),
};

/** csh and tcsh have no functions: `deactivate` is an alias, and so one line. An `if` would expand what is not set. */
const csh: Activator = {
	name: 'activate.csh',
	text: prefix => `# Read this file: source bin/activate.csh
alias deactivate 'test $?_VENV_OLD_PATH \\!= 0 && setenv PATH "$_VENV_OLD_PATH:q" && unset _VENV_OLD_PATH; test $?_VENV_OLD_PYTHONHOME \\!= 0 && setenv PYTHONHOME "$_VENV_OLD_PYTHONHOME:q" && unset _VENV_OLD_PYTHONHOME; test $?_VENV_OLD_PROMPT \\!= 0 && set prompt="$_VENV_OLD_PROMPT:q" && unset _VENV_OLD_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; test "\\!:*" \\!= keep && unalias deactivate'
deactivate keep
setenv VIRTUAL_ENV ${inCsh(prefix)}
setenv VIRTUAL_ENV_PROMPT ${inCsh(nameOf(prefix))}
set _VENV_OLD_PATH = "$PATH:q"
setenv PATH "\${VIRTUAL_ENV:q}/bin:\${PATH:q}"
if ($?PYTHONHOME) then
    set _VENV_OLD_PYTHONHOME = "$PYTHONHOME:q"
    unsetenv PYTHONHOME
endif
if (! $?VIRTUAL_ENV_DISABLE_PROMPT) then
    if ($?prompt) then
        set _VENV_OLD_PROMPT = "$prompt:q"
        set prompt = "(\${VIRTUAL_ENV_PROMPT}) $prompt:q"
    endif
endif
rehash
`,
};

const fishText = ({finds, place, name}: Whereabouts) => `# Read this file: source bin/activate.fish
${finds}function deactivate -d 'Leave the virtual environment'
    if set -q _VENV_OLD_PATH
        set -gx PATH $_VENV_OLD_PATH
        set -e _VENV_OLD_PATH
    end
    if set -q _VENV_OLD_PYTHONHOME
        set -gx PYTHONHOME $_VENV_OLD_PYTHONHOME
        set -e _VENV_OLD_PYTHONHOME
    end
    if functions -q _venv_old_fish_prompt
        functions -e fish_prompt
        functions -c _venv_old_fish_prompt fish_prompt
        functions -e _venv_old_fish_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != keep
        functions -e deactivate
    end
end

deactivate keep
set -gx VIRTUAL_ENV ${place}
set -gx VIRTUAL_ENV_PROMPT ${name}
set -g _VENV_OLD_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/bin" $PATH
if set -q PYTHONHOME
    set -g _VENV_OLD_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end
if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _venv_old_fish_prompt
    function fish_prompt
        printf '(%s) ' "$VIRTUAL_ENV_PROMPT"
        _venv_old_fish_prompt
    end
end
`;

const fish: Activator = {
	name: 'activate.fish',
	text: prefix => fishText({finds: '', place: inFish(prefix), name: inFish(nameOf(prefix))}),
	anywhere: fishText(fishFinds),
};

const powershellText = ({finds, place, name}: Whereabouts) => `# Read this file: . bin/Activate.ps1
${finds}function global:deactivate ([switch] $Keep) {
    if (Test-Path Variable:global:_VENV_OLD_PATH) {
        $env:PATH = $global:_VENV_OLD_PATH
        Remove-Variable _VENV_OLD_PATH -Scope global
    }
    if (Test-Path Variable:global:_VENV_OLD_PYTHONHOME) {
        $env:PYTHONHOME = $global:_VENV_OLD_PYTHONHOME
        Remove-Variable _VENV_OLD_PYTHONHOME -Scope global
    }
    if (Test-Path Function:global:_VENV_OLD_PROMPT) {
        Copy-Item Function:global:_VENV_OLD_PROMPT Function:global:prompt
        Remove-Item Function:global:_VENV_OLD_PROMPT
    }
    Remove-Item Env:VIRTUAL_ENV, Env:VIRTUAL_ENV_PROMPT -ErrorAction SilentlyContinue
    if (-not $Keep) { Remove-Item Function:global:deactivate }
}

deactivate -Keep
$env:VIRTUAL_ENV = ${place}
$env:VIRTUAL_ENV_PROMPT = ${name}
$global:_VENV_OLD_PATH = $env:PATH
$env:PATH = "$env:VIRTUAL_ENV/bin$([System.IO.Path]::PathSeparator)$env:PATH"
if (Test-Path Env:PYTHONHOME) {
    $global:_VENV_OLD_PYTHONHOME = $env:PYTHONHOME
    Remove-Item Env:PYTHONHOME
}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    Copy-Item Function:prompt Function:global:_VENV_OLD_PROMPT
    function global:prompt { "($env:VIRTUAL_ENV_PROMPT) $(_VENV_OLD_PROMPT)" }
}
`;

const powershell: Activator = {
	name: 'Activate.ps1',
	text: prefix => powershellText({finds: '', place: inPowershell(prefix), name: inPowershell(nameOf(prefix))}),
	anywhere: powershellText(powershellFinds),
};

/** Those that `python -m venv` writes. */
export const activators: readonly Activator[] = [posix, csh, fish, powershell];

/** The script of a venv; undefined where its layout has none for that shell. */
export function activatorText(
	{text, anywhere}: Activator,
	{prefix, layout}: {prefix: InstallPath; layout: Layout},
): string | undefined {
	return layout.relocatable ? anywhere : text(prefix);
}

function inPosix(text: string): string {
	return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** History expansion sees a `!` even between single quotes. */
function inCsh(text: string): string {
	return `'${text.replaceAll("'", String.raw`'\''`).replaceAll('!', String.raw`\!`)}'`;
}

function inFish(text: string): string {
	return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}

function inPowershell(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
