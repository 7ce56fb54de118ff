"""What can go wrong for a client, once: a code, an HTTP status, a WebSocket close code.

code                HTTP  close  meaning
invalid_request     400   4400   the request or message is not one that the protocol knows
invalid_audio       400   4400   the audio cannot be decoded
unauthorised        401   4401   no API key, or a wrong one
unknown_model       404   4404   the server has no such model
idle                408   4408   nothing came from the client for too long
too_large           413   1009   the upload or message has too many bytes
too_long            413   4413   more seconds of audio than allowed
busy                429   1013   as many files or streams as the server takes
shutting_down       503   1001   the server is stopping
internal            500   1011   a bug; the log has it
"""

from __future__ import annotations

from auricle.errors import AudioError, AuricleError, OptionError

_STATUS = {
    "invalid_request": (400, 4400),
    "invalid_audio": (400, 4400),
    "unauthorised": (401, 4401),
    "unknown_model": (404, 4404),
    "idle": (408, 4408),
    "too_large": (413, 1009),
    "too_long": (413, 4413),
    "busy": (429, 1013),
    "shutting_down": (503, 1001),
    "internal": (500, 1011),
}
CODES = tuple(_STATUS)


class Problem(Exception):
    """Something that the client is told.

    Args:
        code: Of the table above.
        message: What was wrong, what is allowed, what to do.
        parameter: Name of the field that was wrong, if one was.
    """

    def __init__(self, code: str, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.code, self.parameter = code, parameter
        self.message = message.encode("utf-8", "backslashreplace").decode()  # half characters too
        self.http_status, self.close_code = _STATUS[code]

    def to_event(self) -> dict[str, str]:
        """Return the event that tells a live client."""
        return {"type": "error", "code": self.code, "message": self.message}


def problem_of(error: Exception) -> Problem:
    """Return what a client is told of an error; of a bug no more than that there is one."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, AudioError):
        return Problem("invalid_audio", str(error))
    if isinstance(error, OptionError):
        return Problem("invalid_request", str(error))
    if isinstance(error, AuricleError):
        return Problem("invalid_request", str(error))
    return Problem("internal", "an error in the server; its log has more")
