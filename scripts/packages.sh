# What building and testing needs, and the Debian or Ubuntu package that has it: the one list.
# Sourced by scripts/demo, scripts/test and .ci/run; POSIX sh.
#
#   install_missing build test     looks for everything of these groups, installs what is not there
#
# Things are looked for, not packages: whoever has a GSL of their own keeps it.

# group  kind     what         package
PACKAGES='
build    command  cc           gcc
build    header   stdio.h      libc6-dev
build    command  meson        meson
build    command  ninja        ninja-build
build    command  pkg-config   pkg-config
build    module   gsl          libgsl-dev
build    module   sqlite3      libsqlite3-dev
build    module   jansson      libjansson-dev
build    command  sqlite3      sqlite3
test     module   criterion    libcriterion-dev
test     command  c++          g++
test     command  git          git
clang    command  clang        clang
'

# is_there KIND WHAT
is_there() {
    case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    module) pkg-config --exists "$2" >/dev/null 2>&1 ;;
    header) printf '#include <%s>\n' "$2" | cc -E -o /dev/null -x c - >/dev/null 2>&1 ;;
    esac
}

# missing_packages GROUP...: the packages to install, on one line; empty when all is there.
missing_packages() {
    found_missing=
    while read -r group kind what package; do
        case " $* " in
        *" $group "*) is_there "$kind" "$what" || found_missing="$found_missing $package" ;;
        esac
    done <<LIST
$(printf '%s' "$PACKAGES" | sed '/^$/d')
LIST
    printf '%s\n' "${found_missing# }"
}

# install_missing GROUP...: 0 = everything is there now. Touches neither the network nor the system
# when nothing is missing.
install_missing() {
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        return 0
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        printf '%s: please install what Debian calls: %s\n' "$0" "$missing" >&2
        return 1
    fi
    if [ "$(id -u)" -eq 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root=sudo
    else
        printf '%s: some packages are missing; as root, please run\n' "$0" >&2
        printf '    apt-get update && apt-get install --yes --no-install-recommends %s\n' "$missing" >&2
        return 1
    fi
    printf 'installing: %s\n' "$missing"
    # $as_root and $missing are lists of words
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update ||
        printf '%s: apt-get update failed; trying with the lists that are there\n' "$0" >&2
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install \
        --yes --no-install-recommends $missing || return 1
    hash -r
    missing=$(missing_packages "$@")
    if [ -n "$missing" ]; then
        printf '%s: installed, and still not found: %s\n' "$0" "$missing" >&2
        return 1
    fi
}
