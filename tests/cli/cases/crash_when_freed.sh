# the result was handed over before: it is kept, and the crash is a finding beside it
. "$HELPERS"
says 4 gradaudit audit --no-db --format jsonl 'faults.so:crash when freed' >out
findings <out
verdicts <out
