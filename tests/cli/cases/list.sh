. "$HELPERS"
says 0 gradaudit audit --list several.so right.so
says 0 gradaudit audit --list --format jsonl right.so
says 0 gradaudit audit --list several.so:a:b
says 2 gradaudit audit --list several.so:c
ls *.db 2>/dev/null || echo "no log"
