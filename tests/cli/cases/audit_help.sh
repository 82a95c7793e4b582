gradaudit audit --help
