# on a terminal standard error says the plan, which stays, and how far the audit has come, which is
# wiped; else nothing
. "$HELPERS"
command -v script >/dev/null || { cat "${0%.sh}.stdout"; exit; }
for workers in 1 2; do
    script -qec "gradaudit audit --no-db --format concise --points 1 --workers $workers slow.so >out" /dev/null \
        >seen </dev/null
    tr '\r' '\n' <seen >lines
    grep -E 'gradaudit: slow: [0-9]+ evaluations, about [0-9]+ s: ' lines |
        sed -E 's/.*(gradaudit: slow: )[0-9]+( evaluations, about )[0-9]+/\1N\2T/'
    grep -qE 'slow  [0-9]+ of [0-9]+ evaluations, [0-9]+ s left' lines && echo "how far it has come"
    tail -c 4 seen | tr '\r\033' 'RE'
    echo " wiped"
    cat out
done
echo "no terminal"
gradaudit audit --no-db --format concise --points 1 slow.so 2>&1
