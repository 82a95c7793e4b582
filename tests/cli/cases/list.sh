. "$HELPERS"
says 0 gradaudit audit --list several.so right.so
says 0 gradaudit audit --list --format jsonl right.so
ls *.db 2>/dev/null || echo "no log"
