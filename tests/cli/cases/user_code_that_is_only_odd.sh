# prints, closes every descriptor, forks: none of it changes the audit
. "$HELPERS"
for how in 'print in loss' 'close in loss' 'fork in loss'; do
    says 0 gradaudit audit --no-db --format jsonl "faults.so:$how" >out
    echo "$how"
    verdicts <out
done
