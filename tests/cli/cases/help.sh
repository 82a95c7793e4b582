gradaudit --help
