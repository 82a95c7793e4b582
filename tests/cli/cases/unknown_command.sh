gradaudit adit
