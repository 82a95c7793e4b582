gradaudit audit
