"""How the program looks and speaks: icons, themes, settings, keys, languages and the tour; knows no study."""
