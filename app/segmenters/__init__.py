"""The published systems, one file each. Know nothing of files of images, windows, processes or exports."""
