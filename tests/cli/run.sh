#!/bin/sh
# Golden tests of the command line. run.sh PROGRAM PLUGINS CASES
#
# Each CASES/NAME.sh runs in an empty folder that has links to the plug-ins, with `gradaudit` on the
# path. It passes when standard output is NAME.stdout, standard error NAME.stderr and the exit code
# that in NAME.exit; a file that is missing stands for nothing, or 0. What differs from run to run
# (times, seconds) is replaced first. Answers in TAP. UPDATE=1 writes the files instead.
set -u
absolute() {
    case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac
}
program=$(absolute "$1")
plugins=$(absolute "$2")
cases=$(absolute "$3")
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT
mkdir "$here/bin"
ln -s "$program" "$here/bin/gradaudit"
PATH=$here/bin:$PATH
TZ=UTC LC_ALL=C
HELPERS=$cases/helpers
: "${CC:=cc}" "${INCLUDE:=$cases/../../../lib/include}"
export PATH TZ LC_ALL HELPERS CC INCLUDE
unset GRADAUDIT_DB NO_COLOR CLICOLOR_FORCE ARGP_HELP_FMT COLUMNS

steady() {
    sed -E -e 's/"seconds":[0-9.e+-]+/"seconds":T/g' \
        -e 's/(seed [0-9]+   )[0-9.e+-]+ (s|ms|us)/\1T s/' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{5,8}Z?/DATE/g'
}

# expect FILE GOT: compare, or update
expect() {
    if [ "${UPDATE:-0}" = 1 ]; then
        if [ -s "$2" ]; then cp "$2" "$1"; else rm -f "$1"; fi
        return 0
    fi
    if [ -f "$1" ]; then wanted=$1; else wanted=/dev/null; fi
    diff -u "$wanted" "$2" >"$here/diff" && return 0
    sed "s/^/# $(basename "$1") /" "$here/diff"
    return 1
}

set -- "$cases"/*.sh
echo "1..$#"
number=0
failed=0
for case in "$@"; do
    number=$((number + 1))
    name=$(basename "$case" .sh)
    folder=$here/$name
    mkdir "$folder" "$folder/w"
    for plugin in "$plugins"/*.so; do
        ln -s "$plugin" "$folder/w/"
    done
    (cd "$folder/w" && exec sh "$case" >"$folder/out" 2>"$folder/err" </dev/null)
    code=$?
    if [ $code -eq 0 ]; then : >"$folder/exit"; else echo $code >"$folder/exit"; fi
    steady <"$folder/out" >"$folder/stdout"
    steady <"$folder/err" >"$folder/stderr"
    good=1
    for part in stdout stderr exit; do
        expect "$cases/$name.$part" "$folder/$part" || good=0
    done
    if [ $good = 1 ]; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        failed=1
    fi
done
exit $failed
