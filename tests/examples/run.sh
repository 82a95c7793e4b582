#!/bin/sh
# Each example, through the built program, against examples/expected.tsv; TAP.
#   run.sh GRADAUDIT PLUGINS ROOT
set -u

gradaudit=$1
plugins=$2
root=$3
# shellcheck source=scripts/examples.sh
. "$root/scripts/examples.sh"

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
count=0

# ok STATUS TITLE: a line of TAP, and what was seen when it is not ok
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$count" "$2"
        return 0
    fi
    printf 'not ok %d - %s\n' "$count" "$2"
    sed 's/^/# /' "$scratch/report.jsonl" "$scratch/messages"
    return 0
}

as_listed() {
    (
        # its undefined behaviour is the point: a sanitizer may say so, but not where failures are looked for
        if [ "$1" = crashing ]; then
            export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}log_path=stderr"
            export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}log_path=stderr"
        fi
        audit_example "$@" --no-db
        status=$?
        [ "$status" -eq 0 ] || printf '# codes %s, exit %s: %s\n' "$found_codes" "$found_exit" "$found"
        exit "$status"
    )
    ok $? "$1$([ "$2" = - ] || printf ' -- %s' "$2"): $3, exit $5"
}
each_example "$root/examples/expected.tsv" as_listed || exit 1

# says PATTERN FILE
says() {
    grep -q -e "$1" "$scratch/$2"
}

audit() {
    "$gradaudit" audit --no-db --format jsonl "$@" >"$scratch/report.jsonl" 2>"$scratch/messages"
}

audit "$plugins/iris_mlp.so"
says '^{"type":"run".*"coverage":1[,.]' report.jsonl
ok $? 'iris_mlp: all elements are checked'

audit "$plugins/iris_mlp_float.so"
says '^{"type":"run".*"coverage":1[,.]' report.jsonl
ok $? 'iris_mlp_float: all elements are checked'

audit "$plugins/common_factor.so"
[ "$(grep -c '^{"type":"finding".*"severity":"error"' "$scratch/report.jsonl")" -eq 1 ] &&
    says '"code":"G03".*\.gradient_scale = 2' report.jsonl
ok $? 'common_factor: one finding, which names .gradient_scale = 2'

audit "$plugins/common_factor.so" -- declraed
[ $? -eq 2 ] && says 'declared' messages
ok $? 'common_factor: an argument that it does not know is refused'

line=$(grep -n 'GA_VARIABLE' "$root/examples/weight_created_in_call.c" | cut -d : -f 1)
audit "$plugins/weight_created_in_call.so"
says "\"code\":\"V02\".*weight_created_in_call\\.c\",\"line\":${line}[,}]" report.jsonl
ok $? 'weight_created_in_call: names the line that adds the weight'

cp "$root/examples/data/iris.csv" "$scratch/other flowers.csv"
audit "$plugins/iris_mlp.so" -- "$scratch/other flowers.csv"
ok $? 'iris_mlp: another CSV file, with a space in its name'

audit "$plugins/iris_mlp.so" -- "$scratch/missing.csv"
[ $? -eq 2 ] && says 'missing\.csv: No such file' messages
ok $? 'iris_mlp: a missing file is named, exit 2'

sed '7s/,/;/' "$root/examples/data/iris.csv" >"$scratch/bad.csv"
audit "$plugins/iris_mlp.so" -- "$scratch/bad.csv"
[ $? -eq 2 ] && says 'bad\.csv: line 7: ' messages
ok $? 'iris_mlp: a malformed line is named by its number, exit 2'

head -n 60 "$root/examples/data/iris.csv" >"$scratch/one.csv"
audit "$plugins/iris_mlp.so" -- "$scratch/one.csv"
[ $? -eq 2 ] && says '2 species' messages
ok $? 'iris_mlp: too few species, exit 2'

cp "$plugins/iris_mlp.so" "$root/examples/data/iris.csv" "$scratch/"
audit "$scratch/iris_mlp.so"
ok $? 'iris_mlp: works where it was copied to'

printf '1..%d\n' "$count"
