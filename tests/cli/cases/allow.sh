. "$HELPERS"
says 0 gradaudit audit --no-db --format jsonl --allow 'G01:x=known = accepted' \
    'several.so:with space' >out
grep -o '"suppressed":"[^"]*"' out
verdicts <out
says 1 gradaudit audit --no-db --format concise --allow G01:y=typo 'several.so:with space' >/dev/null
