. "$HELPERS"
says 0 gradaudit audit --no-db --format jsonl flush_on_load.so >out
findings <out
says 0 gradaudit audit --no-db --format jsonl --ignore P07 flush_on_load.so | findings
