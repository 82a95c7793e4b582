# whatever it does, there is a finding that says so, and the variables it had
. "$HELPERS"
for how in 'crash in open' 'exit in open' 'crash in loss' 'crash in gradient' 'abort in loss' \
    'exit 0 in loss' 'exit 3 in gradient' '_exit in loss' 'refuse in gradient'; do
    says 4 gradaudit audit --no-db --format jsonl "faults.so:$how" >out
    echo "$how"
    findings <out
    verdicts <out
done
says 4 gradaudit audit --no-db --format jsonl crash_on_load.so >out
findings <out
verdicts <out
