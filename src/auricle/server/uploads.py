"""Uploads as they arrive: form fields, and one file whose bytes go on into a pipe.

    body -> multipart parser -> fields (small, kept)
                             -> file   (any length, into a BytePipe that a decoder empties)

Clients that send the file before the fields are waited for as long as the file fits into the pipe;
from then on fields that would change the transcription are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from auricle.server.options import Limits
from auricle.server.pipes import BytePipe
from auricle.server.problems import Problem

_MAX_FIELD_BYTES = 100_000
_MAX_FIELDS = 200


class Upload:
    """One multipart request. Feed it the body; `fields` and `pipe` fill up.

    Args:
        content_type: Of the request.
        limits: Of the server.

    Raises:
        Problem: The request is not multipart.
    """

    def __init__(self, content_type: str, limits: Limits) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise Problem(
                "invalid_request",
                f"the content type is {content_type!r}; send the file as multipart/form-data",
            )
        self.fields: dict[str, list[str]] = {}
        self.pipe = BytePipe(limits.held_bytes)
        self.file_began = False
        self._limit = limits.upload_bytes
        self._received = 0
        self._header_name = self._header_value = b""
        self._headers: dict[str, bytes] = {}
        self._name = ""
        self._is_file = False
        self._value = b""
        self._complete = False
        callbacks: Any = self._callbacks()
        self._parser = MultipartParser(options[b"boundary"], callbacks)

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            Problem: The body is too large or not what the content type says.
        """
        self._received += len(data)
        if self._received > self._limit:
            raise Problem(
                "too_large", f"the upload is above the limit of {self._limit} bytes; send less"
            )
        try:
            self._parser.write(data)
        except MultipartParseError as error:
            raise Problem("invalid_request", f"the multipart body is broken: {error}") from error

    def end(self) -> None:
        """Note the end of the body.

        Raises:
            Problem: There was no file in it, or it ended early.
        """
        if not self._complete:
            raise Problem("invalid_request", "the multipart body ends before its last boundary")
        if not self.file_began:
            raise Problem(
                "invalid_request", "there is no file; send one in the field `file`", "file"
            )
        self.pipe.end()

    def _callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._add_name(data[start:end]),
            "on_header_value": lambda data, start, end: self._add_value(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_data,
            "on_part_data": lambda data, start, end: self._add_data(data[start:end]),
            "on_part_end": self._end_part,
            "on_end": self._end_body,
        }

    def _begin_part(self) -> None:
        self._headers, self._value = {}, b""

    def _add_name(self, data: bytes) -> None:
        self._header_name += data

    def _add_value(self, data: bytes) -> None:
        self._header_value += data

    def _end_header(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _begin_data(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = self._name == "file"
        if self._is_file and self.file_began:
            raise Problem("invalid_request", "there are two files; send one a request", "file")
        self.file_began = self.file_began or self._is_file
        if len(self.fields) >= _MAX_FIELDS:
            raise Problem("invalid_request", f"there are more than {_MAX_FIELDS} form fields")

    def _add_data(self, data: bytes) -> None:
        if self._is_file:
            self.pipe.put(bytes(data))
            return
        self._value += data
        if len(self._value) > _MAX_FIELD_BYTES:
            raise Problem(
                "too_large",
                f"the field {self._name!r} is above {_MAX_FIELD_BYTES} bytes",
                self._name,
            )

    def _end_part(self) -> None:
        if not self._is_file:
            name = self._name.removesuffix("[]")
            self.fields.setdefault(name, []).append(self._value.decode("utf-8", "replace"))

    def _end_body(self) -> None:
        self._complete = True


def only_value(fields: dict[str, list[str]], name: str, default: Any = None) -> Any:
    """Return the value of a field that may occur once.

    Raises:
        Problem: It occurs more than once.
    """
    values = fields.get(name, [])
    if len(values) > 1:
        raise Problem(
            "invalid_request", f"{name} is there {len(values)} times; once is enough", name
        )
    return values[0] if values else default
