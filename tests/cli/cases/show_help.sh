gradaudit show --help
