# what open() prints reaches the reader when it refuses, and is kept when it does not
. "$HELPERS"
says 2 gradaudit audit talks.so:list -- list
says 2 gradaudit audit --format concise --ascii talks.so:list -- list 2>/dev/null | sed -n 1,2p
says 2 gradaudit audit --format jsonl talks.so:list -- list 2>/dev/null
says 0 gradaudit audit --format concise talks.so:list
echo "a subject that goes on"
says 0 gradaudit audit talks.so:print | grep printed
echo "subjects that die"
for how in abort exit; do
    says 4 gradaudit audit --format jsonl talks.so:$how | findings
    gradaudit show latest | grep printed
done
echo "more than is kept"
says 2 gradaudit audit talks.so:endless 2>/dev/null | wc -c | awk '{ print ($1 > 500000 && $1 < 1100000) }'
