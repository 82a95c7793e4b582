#!/bin/sh
# shellcheck disable=SC2016,SC2034,SC2094
# What README.md shows is what happens: its programs are compiled against an installed copy and run,
# its outputs compared with real ones, its SQL asked. TAP.
#   run.sh GRADAUDIT BUILD ROOT SANITIZERS COMPILER...
set -u

gradaudit=$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
build=$2
root=$3
sanitizers=$4
shift 4
readme=$root/README.md
here=$root/tests/readme

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
: >report
count=0

# ok STATUS TITLE: a line of TAP, and the file `report` when it is not ok
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$count" "$2"
        return 0
    fi
    printf 'not ok %d - %s\n' "$count" "$2"
    sed 's/^/# /' report
    return 0
}

block() { # block KIND NAME
    awk -v kind="$1" -v name="$2" -f "$here/extract.awk" "$readme"
}

# An installed copy, somewhere else than it was built for: pkg-config is told its prefix.
DESTDIR="$scratch/installed copy" meson install -C "$build" --no-rebuild >report 2>&1
ok $? 'installs'
prefix=$(find "$scratch/installed copy" -path '*/include/gradaudit/gradaudit.h' | sed 's:/include/gradaudit/.*::')
quoted_prefix=$(printf '%s' "$prefix" | sed 's/ /\\ /g')
library=$(find "$prefix" -name libgradaudit.so -exec dirname {} \;)
export PKG_CONFIG_PATH="$library/pkgconfig"
export LD_LIBRARY_PATH="$library${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
installed=$prefix/bin/gradaudit
"$installed" --version >report 2>&1
ok $? 'the installed program runs'

# compile OUTPUT OPTIONS SOURCE PACKAGE... with the compiler in "$@" of the whole script
sanitize=
if [ "$sanitizers" != none ]; then
    sanitize=-fsanitize=$sanitizers
fi
cc_words=$(printf '%s ' "$@")
compile() {
    output=$1 options=$2 source=$3
    shift 3
    # pkg-config quotes for a shell
    eval "$cc_words -std=c11 -g $sanitize $options \"\$source\" \
        $(pkg-config --define-variable=prefix="$quoted_prefix" --cflags --libs "$@") -lm -o \"\$output\"" \
        >report 2>&1
}

for name in vector buffers; do
    block file "$name.c" >"$name.c"
    lines=$(wc -l <"$name.c")
    [ "$lines" -ge 25 ] && [ "$lines" -le 60 ]
    ok $? "$name.c: is there ($lines lines)"
    compile "$name" '' "$name.c" gradaudit
    ok $? "$name.c: compiles against the installed copy"
    "./$name" >report 2>&1 && [ ! -s report ]
    ok $? "$name.c: passes without a word"
done

# the same programs with a mistake must fail, or passing would mean nothing
sed 's/g\[i + 1\] += 200/g[i + 1] += 201/' vector.c >vector_wrong.c
compile vector_wrong '' vector_wrong.c gradaudit && ! ./vector_wrong >report 2>&1 && grep -q 'G01' report
ok $? 'vector.c: a wrong coefficient is found'
sed 's/db += miss(i);/db += 1.5f * miss(i);/' buffers.c >buffers_wrong.c
compile buffers_wrong '' buffers_wrong.c gradaudit && ! ./buffers_wrong >report 2>&1 && grep -q '`b`' report
ok $? 'buffers.c: a wrong coefficient is found'

block file model.c >model.c
compile libmodel.so '-shared -fPIC' model.c gradaudit
ok $? 'model.c: compiles as a plug-in'
"$installed" audit libmodel.so >report 2>&1
ok $? 'model.c: audits clean'
[ -f gradaudit.db ]
ok $? 'model.c: the run is in ./gradaudit.db'

if pkg-config --exists criterion; then
    block file test_model.c >test_model.c
    compile test_model '' test_model.c gradaudit criterion
    ok $? 'test_model.c: compiles'
    ./test_model >report 2>&1
    ok $? 'test_model.c: passes'
    sed 's/8\.0 \* x\[1\]/4.0 * x[1]/' test_model.c >test_wrong.c
    compile test_wrong '' test_wrong.c gradaudit criterion && ! ./test_wrong >report 2>&1 &&
        grep -q 'G01' report
    ok $? 'test_model.c: fails with the report when the gradient is wrong'
fi

# What differs from run to run (seconds, run numbers), from folder to folder (the paths), and from
# machine to machine (the last digits of tanh and exp, and with them errors, the order of the worst
# elements, evaluations). What is left: who is right, who is wrong, how many elements of it, and why.
mask() {
    sed -e 's/[0-9][0-9.]* s\( .*\)*$/T s\1/' -e 's/run [0-9][0-9]*/run N/g' \
        -e 's:--> [^ ]*examples/:--> examples/:' -e 's:[^ ]*examples/\([a-z_]*\)\.so:build/examples/\1.so:g' \
        -e 's/([0-9 ]* evaluations)/(N evaluations)/' -e '/^ *| *\[/s/.*/ | element/' \
        -e 's/-*[0-9][0-9.]*e[-+][0-9]*/X/g' -e 's/-*[0-9][0-9]*\.[0-9][0-9]*/X/g' -e 's/\[[0-9,]*\]/[i]/g' \
        -e 's/  */ /g'
}
for name in iris_mlp iris_mlp_wrong; do
    block output "$name" >shown
    [ "$(head -n 1 shown)" = "\$ gradaudit audit build/examples/$name.so" ]
    ok $? "$name: the command is shown"
    (cd "$build" && "$gradaudit" audit --db "$scratch/examples.db" "examples/$name.so") >real 2>messages
    sed 1d shown | mask >shown.masked
    mask <real >real.masked
    diff shown.masked real.masked >report
    ok $? "$name: the output is what is shown"
done

number=1
while :; do
    awk -v language=sql -v number="$number" -f "$here/extract.awk" "$readme" >question.sql
    [ -s question.sql ] || break
    sqlite3 -bail examples.db <question.sql >answer 2>report && [ ! -s report ]
    ok $? "SQL question $number is understood"
    number=$((number + 1))
done
[ "$number" -gt 3 ]
ok $? 'there are some SQL questions'

# every code of the table, and no other, is one that the program knows to return
grep -q '^| 70 |' "$readme" && grep -q '^| 5 |' "$readme"
ok $? 'exit codes are listed'

printf '1..%d\n' "$count"
