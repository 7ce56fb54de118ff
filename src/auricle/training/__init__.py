"""Training of acoustic models; needs the extra `train` (`pip install auricle[train]`)."""
