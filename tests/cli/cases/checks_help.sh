gradaudit checks --help
