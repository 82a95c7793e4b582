# on a terminal standard error shows how far the audit has come, and wipes it; else nothing
. "$HELPERS"
command -v script >/dev/null || { cat "${0%.sh}.stdout"; exit; }
script -qec 'gradaudit audit --no-db --format concise --points 1 slow.so >out' /dev/null >seen </dev/null
tr '\r' '\n' <seen | grep -qE 'slow  [0-9]+( of [0-9]+)? evaluations' && echo "how far it has come"
tail -c 4 seen | tr '\r\033' 'RE'
echo " wiped"
cat out
echo "no terminal"
gradaudit audit --no-db --format concise --points 1 slow.so 2>&1
