. "$HELPERS"
gradaudit audit --format concise 'several.so:with space' >/dev/null
says 0 gradaudit show latest:x --format jsonl >out
verdicts <out
says 0 gradaudit show 1:x:0 | head -n 1
says 0 gradaudit show '1:x:[1]' | head -n 1
says 0 gradaudit show '1:x:[1]' --format jsonl | grep -o '^.*"verdict":"[a-z]*"'
says 2 gradaudit show '1:x:[2]'
says 2 gradaudit show 1:x:2
says 2 gradaudit show 1:x:
says 2 gradaudit show '1:x:[0,0]'
says 2 gradaudit show 1:y
says 2 gradaudit show 1:
says 2 gradaudit show 2
says 2 gradaudit show 0
says 2 gradaudit show newest
says 2 gradaudit show
says 2 gradaudit show 1 2
