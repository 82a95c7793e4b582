. "$HELPERS"
says 2 gradaudit runs
says 0 gradaudit audit --format concise right.so >/dev/null
says 1 gradaudit audit --format concise 'several.so:with space' >/dev/null
says 4 gradaudit audit --format concise 'faults.so:crash in loss' >/dev/null
says 2 gradaudit audit --format concise 'faults.so:fail from open' 2>/dev/null >/dev/null
says 0 gradaudit runs
says 0 gradaudit runs --limit 1 --format jsonl | sed -E 's/"(commit|dirty)":[^,]*,//g'
says 0 gradaudit show latest --format concise | cut -c1-60
says 2 gradaudit show 4
says 2 gradaudit runs 3
says 2 gradaudit runs --limit=-1
says 2 gradaudit runs --format text,jsonl
