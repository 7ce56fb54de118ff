"""The C libraries through ctypes: what their functions take and give, once."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

Handle = ctypes.c_void_p


class Token(ctypes.Structure):
    """`TokenMetadata` of deepspeech.h."""

    _fields_ = [
        ("text", ctypes.c_char_p),
        ("timestep", ctypes.c_uint),
        ("start_time", ctypes.c_float),
    ]


class Candidate(ctypes.Structure):
    """`CandidateTranscript` of deepspeech.h."""

    _fields_ = [
        ("tokens", ctypes.POINTER(Token)),
        ("num_tokens", ctypes.c_uint),
        ("confidence", ctypes.c_double),
    ]


class Metadata(ctypes.Structure):
    """`Metadata` of deepspeech.h."""

    _fields_ = [
        ("transcripts", ctypes.POINTER(Candidate)),
        ("num_transcripts", ctypes.c_uint),
    ]


# Functions that give something else than a status or take something else than handles.
_STRING = ctypes.c_char_p
_OLD_STRING = ctypes.c_void_p  # not c_char_p, of which ctypes would lose the pointer to free
_METADATA = ctypes.POINTER(Metadata)
_AURICLE = {
    "auricle_error_message": (_STRING, []),
    "auricle_status_name": (_STRING, [ctypes.c_int32]),
    "auricle_model_open": (ctypes.c_int32, [_STRING, Handle, ctypes.POINTER(Handle)]),
    "auricle_model_free": (None, [Handle]),
    "auricle_model_options_create": (ctypes.c_int32, [ctypes.POINTER(Handle)]),
    "auricle_model_options_free": (None, [Handle]),
    "auricle_model_options_set_scorer": (ctypes.c_int32, [Handle, _STRING]),
    "auricle_model_options_set_verify": (ctypes.c_int32, [Handle, ctypes.c_int32]),
    "auricle_stream_options_create": (ctypes.c_int32, [ctypes.POINTER(Handle)]),
    "auricle_stream_options_free": (None, [Handle]),
    "auricle_stream_options_set_grammar": (ctypes.c_int32, [Handle, _STRING, ctypes.c_float]),
    "auricle_stream_options_add_hot_word": (ctypes.c_int32, [Handle, _STRING, ctypes.c_float]),
    "auricle_stream_create": (ctypes.c_int32, [Handle, Handle, ctypes.POINTER(Handle)]),
    "auricle_stream_free": (None, [Handle]),
    "auricle_stream_feed_int16": (ctypes.c_int32, [Handle, Handle, ctypes.c_size_t]),
    "auricle_stream_feed_float": (ctypes.c_int32, [Handle, Handle, ctypes.c_size_t]),
    "auricle_stream_finish": (ctypes.c_int32, [Handle, ctypes.POINTER(Handle)]),
    "auricle_transcript_text": (_STRING, [Handle]),
    "auricle_transcript_json": (_STRING, [Handle]),
    "auricle_transcript_free": (None, [Handle]),
}
_DEEPSPEECH = {
    "DS_CreateModel": (ctypes.c_int, [_STRING, ctypes.POINTER(Handle)]),
    "DS_FreeModel": (None, [Handle]),
    "DS_SetModelBeamWidth": (ctypes.c_int, [Handle, ctypes.c_uint]),
    "DS_EnableExternalScorer": (ctypes.c_int, [Handle, _STRING]),
    "DS_SetScorerAlphaBeta": (ctypes.c_int, [Handle, ctypes.c_float, ctypes.c_float]),
    "DS_AddHotWord": (ctypes.c_int, [Handle, _STRING, ctypes.c_float]),
    "DS_SpeechToText": (_OLD_STRING, [Handle, Handle, ctypes.c_uint]),
    "DS_SpeechToTextWithMetadata": (_METADATA, [Handle, Handle, ctypes.c_uint, ctypes.c_uint]),
    "DS_CreateStream": (ctypes.c_int, [Handle, ctypes.POINTER(Handle)]),
    "DS_FeedAudioContent": (None, [Handle, Handle, ctypes.c_uint]),
    "DS_IntermediateDecodeWithMetadata": (_METADATA, [Handle, ctypes.c_uint]),
    "DS_FinishStreamWithMetadata": (_METADATA, [Handle, ctypes.c_uint]),
    "DS_FreeMetadata": (None, [_METADATA]),
    "DS_FreeString": (None, [_OLD_STRING]),
    "DS_Version": (_OLD_STRING, []),
    "DS_ErrorCodeToErrorMessage": (_OLD_STRING, [ctypes.c_int]),
}


def load_library(path: Path) -> ctypes.CDLL:
    """Load libauricle or libdeepspeech."""
    library = ctypes.CDLL(str(path))
    functions = _AURICLE if "auricle" in path.name else _DEEPSPEECH
    for name, (result, arguments) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def library_name(name: str) -> str:
    """Return what a shared library is called on this system."""
    return f"lib{name}.{'dylib' if sys.platform == 'darwin' else 'so'}"
