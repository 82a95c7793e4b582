. "$HELPERS"
says 1 gradaudit audit --no-db --format concise 'several.so:with space' >/dev/null
says 0 gradaudit audit --no-db --format concise --exit-zero 'several.so:with space' >/dev/null
says 0 gradaudit audit --no-db --format concise --exit-zero 'faults.so:crash in loss' >/dev/null
says 2 gradaudit audit --no-db --format concise --exit-zero missing.so
says 2 gradaudit audit --no-db --format concise --exit-zero missing.so 'several.so:with space' >/dev/null
