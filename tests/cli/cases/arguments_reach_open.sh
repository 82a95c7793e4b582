. "$HELPERS"
says 2 gradaudit audit --no-db --format concise several.so:arguments -- --rtol 'two words' -- x
says 2 gradaudit audit --no-db --format concise several.so:arguments
