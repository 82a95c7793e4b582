# one clear line each, exit 2, the others still audited
. "$HELPERS"
says 2 gradaudit audit --no-db --format jsonl 'faults.so:NULL from open' 'faults.so:fail from open' \
    right.so:nobody right.so:bowl >out
verdicts <out
says 2 gradaudit audit --no-db --format concise "several.so:arguments" -- "$(printf 'two\n  lines\033[31m')"
