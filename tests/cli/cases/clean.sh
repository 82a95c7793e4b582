. "$HELPERS"
says 0 gradaudit audit --format jsonl right.so:bowl >out
verdicts <out
findings <out
