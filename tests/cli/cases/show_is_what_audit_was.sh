# from the log, byte for byte, for good and for bad
. "$HELPERS"
for target in right.so 'several.so:with space' 'faults.so:crash in loss' 'faults.so:exit in open' \
    'faults.so:print in loss' crash_on_load.so; do
    for format in jsonl text concise; do
        for more in '--elements failing' '--elements all' '--strict' '--exit-zero'; do
            gradaudit audit --format $format $more "$target" >audited
            case $more in --elements*) shown=$more ;; *) shown= ;; esac
            says 0 gradaudit show latest --format $format $shown >shown
            cmp audited shown || echo "differs: $target $format $more"
        done
    done
done
gradaudit runs --limit 0 --format jsonl | wc -l | tr -d ' '
