. "$HELPERS"
mkdir dir:with
cp several.so dir:with/x:y.so
says 0 gradaudit audit --no-db --format jsonl several.so:a:b | verdicts
says 1 gradaudit audit --no-db --format jsonl 'several.so:with space' | verdicts
says 0 gradaudit audit --no-db --format jsonl dir:with/x:y.so:bowl | verdicts
says 0 gradaudit audit --no-db --format jsonl dir:with/x:y.so:a:b | verdicts
says 2 gradaudit audit --no-db --format concise several.so:a
says 2 gradaudit audit --no-db --format concise several.so:
