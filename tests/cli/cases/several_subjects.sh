# all subjects of a plug-in, those that cannot be opened apart; the worst code wins
. "$HELPERS"
says 1 gradaudit audit --no-db --format jsonl several.so >out
grep -o '"subject":"[^"]*"' out
findings <out | cut -c1-40
verdicts <out | tail -n 1
