"""Models of other projects become packages of ours: those of DeepSpeech and Coqui STT.

`deepspeech` is where it begins. Needs the extra `convert`; no TensorFlow.
"""
