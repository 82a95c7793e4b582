# the loss sends the interrupt, then hangs: what was found is stored, marked, and the rest is left
. "$HELPERS"
says 2 gradaudit audit --format jsonl 'faults.so:interrupt in loss' right.so >out
verdicts <out
gradaudit runs | grep -c aborted
