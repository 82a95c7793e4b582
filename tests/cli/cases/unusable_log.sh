# what is not ours is refused before any work, and not touched; what cannot be written is said, and
# the report is printed all the same
. "$HELPERS"
echo 'somebody wrote this' >text.db
cp text.db copy
says 2 gradaudit audit --format concise --db text.db 'several.so:with space'
cmp text.db copy
mkdir folder
says 2 gradaudit runs --db text.db
says 2 gradaudit runs --db missing.db
says 2 gradaudit show 1 --db folder
says 2 gradaudit audit --format jsonl --db nowhere/x.db right.so | verdicts
says 1 gradaudit audit --format jsonl --db nowhere/x.db 'several.so:with space' | verdicts
