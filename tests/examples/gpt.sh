#!/bin/sh
# The GPT: the right one passes, and each mistake of the wrong one is placed on the tensors that
# gpt_faults.tsv says it spoils, within 400 loss evaluations; TAP.
#   gpt.sh GRADAUDIT PLUGINS ROOT
set -u

gradaudit=$1
plugins=$2
root=$3
table=$root/tests/examples/gpt_faults.tsv
budget=400
visible=0.05 # share of a tensor that the float loss alone must show

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
report=$scratch/report.jsonl
count=0

# ok STATUS TITLE: a line of TAP, and what was seen when it is not ok
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$count" "$2"
        return 0
    fi
    printf 'not ok %d - %s\n' "$count" "$2"
    grep -v '"type":"element"' "$report" | cut -c 1-600 | sed 's/^/# /'
    sed 's/^/# /' "$scratch/messages"
    return 0
}

# audit PLUGIN ARGUMENT...: exit code in $status, report in $report
audit() {
    plugin=$1
    shift
    "$gradaudit" audit --no-db --format jsonl --budget $budget "$plugins/$plugin.so" -- "$@" \
        >"$report" 2>"$scratch/messages"
    status=$?
}

# number FIELD: of the run
number() {
    sed -n 's/^{"type":"run".*"'"$1"'":\([0-9.e+-]*\).*/\1/p' "$report"
}

thrifty() {
    [ "$(number evaluations)" -le $budget ]
}

# Variables that carry an error, one a line, sorted; (all) for an error of the loss as a whole.
accused() {
    sed -n '/^{"type":"finding".*"severity":"error"/{
        s/.*"variable":null.*/(all)/
        s/.*"variable":"\([a-z0-9]*\)".*/\1/
        p
    }' "$report" | sort -u
}

# spoilt FAULT SHARE: variables of which the mistake spoils at least this share, likewise
spoilt() {
    awk -F '\t' -v fault="$1" -v least="$2" '
        $1 == fault {
            n = split($2, pair, " ")
            for (i = 1; i <= n; i++) {
                split(pair[i], part, ":")
                if (part[2] + 0 >= least) {
                    print part[1]
                }
            }
        }' "$table" | sort
}

for arguments in '' '--no-twin' '--seed 7' '--seed 7 --no-twin'; do
    # $arguments is a list of words
    # shellcheck disable=SC2086
    audit gpt $arguments
    [ "$status" -eq 0 ] && thrifty && ! grep -q '^{"type":"finding".*"severity":"\(error\|warning\)"' "$report"
    ok $? "gpt${arguments:+ $arguments}: nothing to report"
done

grep -v '^#' "$table" | cut -f 1 >"$scratch/faults"
while read -r fault <&3; do
    if [ "$fault" = batch-factor ]; then
        echo '(all)' >"$scratch/wanted"
    else
        spoilt "$fault" 0 >"$scratch/wanted"
    fi
    audit gpt_wrong "$fault"
    accused >"$scratch/accused"
    [ "$status" -eq 1 ] && thrifty && cmp -s "$scratch/accused" "$scratch/wanted"
    ok $? "$fault: $(tr '\n' ' ' <"$scratch/accused")"

    # by the float loss alone: what is plain must be seen, what is right must not be accused
    if [ "$fault" = batch-factor ]; then
        cp "$scratch/wanted" "$scratch/plain"
    else
        spoilt "$fault" $visible >"$scratch/plain"
    fi
    [ -s "$scratch/plain" ] || continue
    audit gpt_wrong "$fault" --no-twin
    accused >"$scratch/accused"
    [ "$status" -eq 1 ] && thrifty && [ -z "$(comm -23 "$scratch/accused" "$scratch/wanted")" ] &&
        [ -z "$(comm -13 "$scratch/accused" "$scratch/plain")" ]
    ok $? "$fault --no-twin: $(tr '\n' ' ' <"$scratch/accused")"
done 3<"$scratch/faults"

printf '1..%d\n' "$count"
