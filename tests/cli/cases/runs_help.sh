gradaudit runs --help
