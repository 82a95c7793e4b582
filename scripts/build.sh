# Where to build, and how. Sourced by scripts/demo, scripts/test and .ci/run, which set `root` to the
# source tree; POSIX sh.
# shellcheck disable=SC2154

# choose_folder NAME: NAME in the source tree when it can be written; otherwise (a read-only checkout,
# a folder that another user has made) a folder of this checkout's own in the user's cache.
choose_folder() {
    folder=$root/$1
    if [ -d "$folder" ]; then
        [ -w "$folder" ] && printf '%s\n' "$folder" && return 0
    elif [ -w "$root" ]; then
        printf '%s\n' "$folder"
        return 0
    fi
    mark=$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
    cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/gradaudit-$mark
    if ! mkdir -p "$cache" 2>/dev/null || ! [ -w "$cache" ]; then
        cache=${TMPDIR:-/tmp}/gradaudit-$(id -u)-$mark
        mkdir -p "$cache" || return 1
    fi
    printf '%s\n' "$cache/$1"
}

# show_on_failure LOG COMMAND...: runs it with its output in LOG, which is shown when it fails.
show_on_failure() {
    log=$1
    shift
    if "$@" >"$log" 2>&1; then
        return 0
    fi
    cat "$log" >&2
    return 1
}

# build FOLDER LOG OPTION...: configures (again, if need be) and compiles.
build() {
    build_folder=$1
    build_log=$2
    shift 2
    again=
    if [ -f "$build_folder/meson-private/coredata.dat" ]; then
        again=--reconfigure
    fi
    # $again is one word or none
    # shellcheck disable=SC2086
    if ! meson setup $again "$build_folder" "$root" "$@" >"$build_log" 2>&1; then
        # moved, half configured, or made by another version of meson: from the beginning, once
        rm -rf "$build_folder/meson-private" "$build_folder/meson-info" "$build_folder/build.ninja"
        show_on_failure "$build_log" meson setup "$build_folder" "$root" "$@" || return 1
    fi
    show_on_failure "$build_log" ninja -C "$build_folder"
}
