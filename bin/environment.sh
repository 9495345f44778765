# Sourced by bin/start and bin/test: makes .venv with the pinned requirements, by whatever way this machine has.
# Nothing here names a package index: uv's and pip's own configuration decide.

say() { printf '%s\n' "$*"; }
stop_with() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

stamp_of() { # what .venv is made of: the requirements and the folder it stands in
    { cat "$@"; pwd; } | cksum
}

hold_environment() { # two starts at once: the second waits for the first
    while ! mkdir .venv.lock 2>/dev/null; do
        [ -d . ] && [ -w . ] || stop_with "This folder cannot be written to: $(pwd)"
        holder=$(cat .venv.lock/pid 2>/dev/null || true)
        if [ -z "$holder" ]; then
            sleep 1
            holder=$(cat .venv.lock/pid 2>/dev/null || true)
        fi
        if [ -z "$holder" ] || ! kill -0 "$holder" 2>/dev/null; then
            rm -rf .venv.lock
            continue
        fi
        [ -n "${told:-}" ] || say "Another start is installing here (process $holder); waiting for it."
        told=1
        sleep 1
    done
    echo $$ > .venv.lock/pid
    trap 'rm -rf .venv.lock' EXIT
    trap 'rm -rf .venv.lock; exit 130' INT
    trap 'rm -rf .venv.lock; exit 143' TERM HUP
}

release_environment() {
    rm -rf .venv.lock
    trap - EXIT INT TERM HUP
}

venv_works() { .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

install_by_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    { venv_works || uv venv -q --clear --python '>=3.11,<3.14' .venv || uv venv -q --python '>=3.11,<3.14' .venv; } \
        && VIRTUAL_ENV="$(pwd)/.venv" uv pip install -q --python .venv/bin/python -r "$1"
}

install_by_pip() { # $1 requirements, the rest: the command that is pip
    requirements=$1
    shift
    "$@" install -q --disable-pip-version-check -r "$requirements"
}

make_bare_venv() { venv_works || "$1" -m venv --clear --without-pip .venv; }

install_by_venv() { # with a Python that is complete
    "$1" -c 'import ensurepip, venv' 2>/dev/null || return 1
    { venv_works && .venv/bin/python -c 'import pip' 2>/dev/null; } || "$1" -m venv --clear .venv || return 1
    install_by_pip "$2" .venv/bin/python -m pip
}

install_by_own_pip() { # Debian without ensurepip: the machine's pip, or pip's wheel from the configured index
    "$1" -c 'import venv' 2>/dev/null || return 1
    make_bare_venv "$1" || return 1
    if "$1" -m pip --version >/dev/null 2>&1; then
        install_by_pip "$2" "$1" -m pip --python .venv/bin/python
        return $?
    fi
    wheel=$("$1" bin/fetch_pip.py .venv) || return 1
    install_by_pip "$2" .venv/bin/python "$wheel/pip"
}

install_by_apt() { # Debian, as root
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "Installing Debian's python3-venv."
    { apt-get install -y -qq python3-venv || { apt-get update -qq && apt-get install -y -qq python3-venv; }; } \
        >/dev/null 2>&1 || return 1
    python=$(find_python) || return 1
    install_by_venv "$python" "$2"
}

make_environment() { # $1: requirements.txt or requirements-dev.txt
    stamp=.venv/stamp-${1%.txt}
    wanted=$(stamp_of requirements.txt "$1")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && venv_works; then return 0; fi
    hold_environment
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && venv_works; then release_environment; return 0; fi
    free=$(df -Pk . | awk 'NR==2 {print $4}')
    [ "${free:-999999}" -gt 400000 ] || stop_with "There is no room here: installing needs about 400 MB in $(pwd)."
    say "Installing what is needed into .venv; this is done once."
    [ ! -e .venv ] || venv_works || rm -rf .venv
    python=$(find_python) || python=
    install "$python" "$1" || explain "$python"
    [ "$1" = requirements.txt ] || stamp_of requirements.txt requirements.txt > .venv/stamp-requirements
    printf '%s\n' "$wanted" > "$stamp"
    release_environment
}

install() {
    log=.venv.lock/log
    install_by_uv "$2" >>"$log" 2>&1 && return 0
    if [ -n "$1" ]; then
        install_by_venv "$1" "$2" >>"$log" 2>&1 && return 0
        "$1" -c 'import ensurepip, venv' 2>/dev/null && return 1
        install_by_own_pip "$1" "$2" >>"$log" 2>&1 && return 0
    fi
    install_by_apt "$1" "$2"
}

explain() { # $1: the Python that was found; says in a sentence why nothing worked
    tail -n 5 .venv.lock/log >&2 2>/dev/null || true
    if grep -q 'No space left' .venv.lock/log 2>/dev/null; then
        stop_with "The disk is full: installing needs about 400 MB in $(pwd)."
    elif [ -z "$1" ]; then
        stop_with "Factcheck needs Python 3.11, 3.12 or 3.13. Install one of them (or uv), and start again."
    elif ! "$1" -c 'import ensurepip, venv' 2>/dev/null && ! [ -x .venv/bin/python ]; then
        stop_with "This Python cannot make virtual environments. Install python3-venv (or uv), and start again."
    elif ! "$1" -c 'import ensurepip' 2>/dev/null && ! grep -q 'Could not find\|No matching' .venv.lock/log; then
        stop_with "There is no pip here. Install python3-venv (or uv), or name a package index in pip's configuration."
    fi
    stop_with "The packages could not be installed. The first start needs the network or a package index that pip knows; start again when there is one."
}
