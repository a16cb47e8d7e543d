"""Results as DICOM objects, by highdicom. Knows the source's header, and is the only place of the exports that does."""
