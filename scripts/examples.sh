# Audits an example and compares the report with examples/expected.tsv. Sourced by scripts/demo and
# tests/examples/run.sh, which set `gradaudit` to the program, `plugins` to the folder of the examples
# and `scratch` to a folder for files; POSIX sh.
# shellcheck disable=SC2154

# each_example LIST COMMAND: runs COMMAND NAME ARGUMENTS CODES WHERE EXIT for each line of the list.
each_example() {
    tab=$(printf '\t')
    grep -v '^#' "$1" >"$scratch/list" || return 1
    while IFS=$tab read -r name arguments codes where exit_code <&3; do
        "$2" "$name" "$arguments" "$codes" "$where" "$exit_code" || return 1
    done 3<"$scratch/list"
}

# findings FILE: of a report in JSON Lines the errors and warnings that count, one a line, sorted, as
# CODE:variable[element]...@file; what does not apply is left out.
findings() {
    awk '
        function text(key,    from) { # the value of a string; "" when it is null
            from = index($0, ",\"" key "\":\"")
            return from ? quoted(substr($0, from + length(key) + 5)) : ""
        }
        function quoted(rest) {
            return substr(rest, 1, match(rest, /(^|[^\\])"/) + RLENGTH - 2)
        }
        function elements(    from, list, n, part, i, found, moved) {
            from = index($0, ",\"indices\":[")
            if (!from) {
                return ""
            }
            list = substr($0, from + 12)
            list = substr(list, 1, match(list, /\]*,"/) - 1)
            gsub(/[][]/, " ", list)
            gsub(/ *, */, ",", list)
            gsub(/^ +| +$/, "", list)
            n = list == "" ? 0 : split(list, part, ",")
            for (i = 2; i <= n; i++) { # ascending, for comparing
                moved = part[i] + 0
                for (found = i - 1; found > 0 && part[found] + 0 > moved; found--) {
                    part[found + 1] = part[found]
                }
                part[found + 1] = moved
            }
            list = ""
            for (i = 1; i <= n; i++) {
                list = list "[" part[i] + 0 "]"
            }
            return list
        }
        /^\{"type":"finding"/ && /"suppressed":null/ && /,"severity":"(error|warning)"/ {
            file = text("file")
            sub(/.*\//, "", file)
            variable = text("variable")
            print text("code") (variable == "" ? "" : ":" variable elements()) \
                (file == "" ? "" : "@" file)
        }' "$1" | sort
}

# named WHERE FOUND: 0 when the findings of FOUND are those that WHERE names, `CODE:variable`, which may
# leave out the elements and the file.
named() {
    [ "$1" = - ] && return 0
    printf '%s\n' "$1" | tr ' ' '\n' | sort >"$scratch/wanted"
    printf '%s\n' "$2" | sed '/^$/d' | sort >"$scratch/found"
    [ "$(wc -l <"$scratch/wanted")" -eq "$(wc -l <"$scratch/found")" ] || return 1
    while read -r wanted <&4; do
        read -r found <&5 || return 1
        case $wanted in *@*) ;; *) found=${found%%@*} ;; esac
        case $wanted in *\[*) ;; *) found=$(printf '%s' "$found" | sed 's/\[[0-9]*\]//g') ;; esac
        [ "$wanted" = "$found" ] || return 1
    done 4<"$scratch/wanted" 5<"$scratch/found"
}

# audit_example NAME ARGUMENTS CODES WHERE EXIT [OPTION...]: 0 when it is reported as documented. Sets
# found_codes, found_exit and found (see findings); the report stays in $scratch/report.jsonl, what
# went to stderr in $scratch/messages.
audit_example() {
    name=$1 arguments=$2 codes=$3 where=$4 exit_code=$5
    shift 5
    if [ "$arguments" = - ]; then
        "$gradaudit" audit --format jsonl "$@" "$plugins/$name.so" \
            >"$scratch/report.jsonl" 2>"$scratch/messages"
        found_exit=$?
    else
        # $arguments is a list of words
        # shellcheck disable=SC2086
        "$gradaudit" audit --format jsonl "$@" "$plugins/$name.so" -- $arguments \
            >"$scratch/report.jsonl" 2>"$scratch/messages"
        found_exit=$?
    fi
    found=$(findings "$scratch/report.jsonl")
    found_codes=$(printf '%s\n' "$found" | sed 's/[:@].*//' | sort -u | tr '\n' ' ' | sed 's/ *$//')
    found_codes=${found_codes:--}
    grep -q '^{"type":"summary"' "$scratch/report.jsonl" && [ "$found_codes" = "$codes" ] &&
        [ "$found_exit" = "$exit_code" ] && named "$where" "$found"
}
