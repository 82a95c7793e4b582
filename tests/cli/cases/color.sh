# only when asked for: this is no terminal
esc=$(printf '\033')
count() { grep -c "$esc"; }
t='several.so:with space'
gradaudit audit --no-db "$t" | count
gradaudit audit --no-db --color never "$t" | count
CLICOLOR_FORCE=1 gradaudit audit --no-db --color never "$t" | count
NO_COLOR=1 CLICOLOR_FORCE=1 gradaudit audit --no-db "$t" | count
gradaudit audit --no-db --color always "$t" | count | sed 's/[1-9][0-9]*/some/'
CLICOLOR_FORCE=1 gradaudit audit --no-db "$t" | count | sed 's/[1-9][0-9]*/some/'
NO_COLOR=1 gradaudit audit --no-db --color always "$t" | count | sed 's/[1-9][0-9]*/some/'
true
